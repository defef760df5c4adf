using System.Globalization;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.Integration.FaultLab;

/// <summary>Everybody who comes to one device: visitors in working hours, print jobs from elsewhere, faxes, and now and then somebody who goes past the lock.</summary>
internal sealed class LabOffice(LabTerminal terminal, LabPlan plan, Random random, LabClock clock, DateTimeOffset end)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(800), s_unlock = TimeSpan.FromSeconds(20), s_apart = TimeSpan.FromSeconds(90);
    private int visits;
    private bool passing;

    private SimulatedMfp Device => terminal.Device;

    private bool IsTotalOnly => plan.Models[Device.Number - 1] is "plain" or "hp";

    /// <summary>Runs until the end of the plan.</summary>
    public async Task RunAsync()
    {
        var traffic = TrafficAsync();
        for (var day = plan.Start; day < end; day += TimeSpan.FromDays(1))
        {
            if (IsWeekend(day) && plan.Length > TimeSpan.FromDays(2))
            {
                continue;
            }

            foreach (var at in Enumerable.Range(0, random.Next(plan.VisitsADay / 2, plan.VisitsADay + 1)).Select(_ => day + TimeSpan.FromHours(7.5 + (random.NextDouble() * 10))).Order().ToArray())
            {
                if (at > Now)
                {
                    await Task.Delay(at - Now, clock);
                }

                await ComeAsync();
            }
        }

        await traffic;
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private static bool IsWeekend(DateTimeOffset day) => day.AddHours(12).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    /// <summary>One visitor, and with some luck the next within a second of their leaving, or of still being there.</summary>
    private async Task ComeAsync()
    {
        while (passing)
        {
            await Task.Delay(s_apart, clock);
        }

        var first = VisitAsync();
        if (random.Next(5) == 0)
        {
            await first;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1000)), clock);
            await VisitAsync();
        }
        else if (random.Next(8) == 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(random.Next(5, 60)), clock);
            await VisitAsync();
            await first;
        }
        else
        {
            await first;
        }
    }

    private async Task VisitAsync()
    {
        var (person, card) = LabRun.People[random.Next(LabRun.People.Count)];
        var visit = new LabVisit(person, card, string.Create(CultureInfo.InvariantCulture, $"{terminal.Id}-{++visits}-{person}")) { CameAt = Now };
        if (!await terminal.LoginAsync(visit))
        {
            return;
        }

        for (var waited = TimeSpan.Zero; !visit.HasPanel && terminal.Holder == visit && waited < s_unlock; waited += s_look)
        {
            await Task.Delay(s_look, clock);
        }

        for (var jobs = random.Next(6); jobs > 0 && visit.HasPanel; jobs--)
        {
            await WorkAsync(visit);
            await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 25)), clock);
        }

        // One in nine just walks away, and the server notices in the end.
        if (random.Next(9) > 0)
        {
            await terminal.LogoutAsync(visit, byCard: random.Next(3) == 0);
        }
    }

    private async Task WorkAsync(LabVisit visit)
    {
        var request = new JobRequest
        {
            Function = random.Next(6) == 0 && !IsTotalOnly ? JobFunction.Scan : JobFunction.Copy, Pages = random.Next(1, 9), Copies = random.Next(4) == 0 ? random.Next(2, 5) : 1,
            Color = random.Next(3) == 0 ? JobColor.FullColor : JobColor.Mono, Size = random.Next(6) == 0 ? PaperSize.A3 : PaperSize.A4, Duplex = random.Next(3) == 0, Who = visit.Tag,
        };
        if (Submit(request, visit) is not { } job)
        {
            return;
        }

        visit.Job = job;
        terminal.Touch(visit);
        var patience = TimeSpan.FromSeconds(random.Next(20) == 0 ? 3 : 240);
        for (var waited = TimeSpan.Zero; visit.HasPanel && Truth(job) == JobEnd.Open && waited < patience; waited += s_look)
        {
            await Task.Delay(s_look, clock);
            if (waited.Seconds % 20 == 0)
            {
                terminal.Touch(visit);
            }
        }

        if (Truth(job) != JobEnd.Open)
        {
            visit.Job = null;
        }
    }

    /// <summary>The job's id; null when the device refuses it.</summary>
    private string? Submit(JobRequest request, LabVisit? visit)
    {
        if (Device.Submit(request) is not JobAnswer.Accepted accepted)
        {
            return null;
        }

        terminal.Reporter?.Began(accepted.JobId, visit);
        return accepted.JobId;
    }

    private JobEnd Truth(string job) => Jobs?.Job(job)?.End ?? JobEnd.Done;

    /// <summary>The simulator's truth.</summary>
    public required Truth? Jobs { get; init; }

    private async Task TrafficAsync()
    {
        while (Now < end)
        {
            var hour = Now.TimeOfDay.TotalHours;
            await Task.Delay(TimeSpan.FromMinutes(hour is > 6 and < 18 ? random.Next(2, 50) : random.Next(60, 400)), clock);
            var free = terminal.Holder is null && Now - terminal.LeftAt > s_apart;
            switch (random.Next(12))
            {
                case 0 when free && terminal.IsSettled && !IsTotalOnly:
                    passing = true;
                    Submit(new JobRequest { Function = JobFunction.Copy, Pages = random.Next(1, 5), Who = "", Bypass = true }, null);
                    await Task.Delay(s_apart, clock);
                    passing = false;
                    break;
                case 1:
                    Submit(new JobRequest { Function = JobFunction.Fax, Pages = random.Next(1, 3) }, null);
                    break;
                // A device that counts nothing but a total can't tell a print from a copy: whoever is at it would get both.
                case > 1 when free || !IsTotalOnly:
                    Submit(new JobRequest { Function = JobFunction.Print, Pages = random.Next(1, 20), Color = random.Next(2) == 0 ? JobColor.FullColor : JobColor.Mono, Duplex = random.Next(2) == 0 }, null);
                    break;
                default:
                    break;
            }
        }
    }
}
