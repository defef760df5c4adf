using System.Globalization;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>The life in the office: people walk up and copy, computers print, faxes come in, now and then paper jams or somebody pulls the cable.</summary>
internal sealed class DemoOffice(Simulator simulator, IReadOnlyList<DemoMachine> machines, DemoNews news)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300), LongestJob = TimeSpan.FromMinutes(3), Farewell = TimeSpan.FromSeconds(1);
    private readonly Random random = new();

    /// <summary>Goes on until it is told to stop; people at a copier then finish what they do within it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            EveryAsync(5, StartWalkUp, cancellationToken),
            EveryAsync(22, Print, cancellationToken),
            EveryAsync(70, ReceiveFax, cancellationToken),
            EveryAsync(110, Bypass, cancellationToken));
        foreach (var machine in machines)
        {
            // Whoever stands there logs out when the stop reaches them.
            await machine.Place.WaitAsync(Farewell, CancellationToken.None);
        }

        void StartWalkUp()
        {
            var free = machines.Where(m => m.Place.CurrentCount > 0).ToArray();
            if (free.Length > 0)
            {
                _ = VisitAsync(free[random.Next(free.Length)], DemoSite.People[random.Next(DemoSite.People.Length)], cancellationToken);
            }
        }
    }

    /// <summary>Does something now and then, on average every so many seconds, the first time soon.</summary>
    private async Task EveryAsync(double seconds, Action act, CancellationToken cancellationToken)
    {
        for (var wait = seconds / 4; !cancellationToken.IsCancellationRequested; wait = seconds * (0.4 + (1.2 * random.NextDouble())))
        {
            await Task.Delay(TimeSpan.FromSeconds(wait), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
            {
                act();
            }
        }
    }

    private async Task VisitAsync(DemoMachine machine, DemoPerson person, CancellationToken cancellationToken)
    {
        if (!await machine.Place.WaitAsync(0, CancellationToken.None))
        {
            return;
        }

        var visit = new DemoVisit(machine, person, news);
        try
        {
            if (await visit.ArriveAsync(cancellationToken))
            {
                for (var job = random.Next(1, 4); job > 0; job--)
                {
                    await WorkAsync(machine, person, cancellationToken);
                }

                await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 4)), cancellationToken);
                await (random.Next(16) == 0 ? visit.ForgetAsync() : visit.LeaveAsync(byCard: random.Next(2) == 0, cancellationToken));
            }
        }
        catch (Exception e) when (e is DemoRefusal or IOException or TimeoutException)
        {
            news.Tell($"{machine.Copier.Name}: {person.DisplayName} gives up: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            await visit.SweepAsync();
        }
        finally
        {
            machine.Place.Release();
        }
    }

    private async Task WorkAsync(DemoMachine machine, DemoPerson person, CancellationToken cancellationToken)
    {
        var job = Job(person.UserName, machine.Copier.Color && person.Functions.Length == 0);
        job = machine.Copier.TellsFunctions ? job : job with { Function = JobFunction.Copy };
        switch (machine.Mfp.Submit(job))
        {
            case JobAnswer.Accepted accepted:
                news.Tell($"{machine.Copier.Name}: {person.DisplayName} {Words(job)}");
                await DoneAsync(machine, accepted.JobId, cancellationToken);
                break;
            case JobAnswer.Refused refused:
                news.Tell($"{machine.Copier.Name}: the copier refuses {person.DisplayName}'s job: {refused.Reason}");
                break;
            default:
                throw new InvalidOperationException("an answer without a case");
        }
    }

    private async Task DoneAsync(DemoMachine machine, string jobId, CancellationToken cancellationToken)
    {
        var end = DateTime.UtcNow + LongestJob;
        var jams = random.Next(14) == 0;
        while (simulator.Truth.Job(jobId) is { End: JobEnd.Open } job && DateTime.UtcNow < end)
        {
            if (jams && job.FirstPageAt is not null)
            {
                jams = false;
                machine.Mfp.Jam();
                news.Tell($"{machine.Copier.Name}: paper jam");
                await Task.Delay(TimeSpan.FromSeconds(6), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                machine.Mfp.Clear();
                news.Tell($"{machine.Copier.Name}: the jam is cleared, the job goes on");
            }

            await Task.Delay(Look, cancellationToken);
        }
    }

    private JobRequest Job(string who, bool color) => new()
    {
        Function = random.Next(6) == 0 ? JobFunction.Scan : JobFunction.Copy,
        Pages = 1 + (int)(-4 * Math.Log(1 - random.NextDouble())),
        Copies = random.Next(8) == 0 ? random.Next(2, 5) : 1,
        Color = color && random.Next(3) == 0 ? JobColor.FullColor : JobColor.Mono,
        Size = random.Next(8) == 0 ? PaperSize.A3 : PaperSize.A4,
        Duplex = random.Next(3) == 0,
        Who = who,
    };

    private void Print()
    {
        // Where meters do not tell functions apart, a print during a session would look like the person's: those copiers print when nobody is there.
        var able = machines.Where(m => m.Copier.TellsFunctions || (m.Place.CurrentCount > 0 && m.Forgot is null)).ToArray();
        var person = DemoSite.People[random.Next(DemoSite.People.Length)];
        var machine = able[random.Next(able.Length)];
        var job = Job(person.UserName, machine.Copier.Color) with { Function = JobFunction.Print };
        if (machine.Mfp.Submit(job) is JobAnswer.Accepted)
        {
            news.Tell($"{machine.Copier.Name}: {person.DisplayName} prints from a computer: {Size(job)}");
        }
    }

    private void ReceiveFax()
    {
        var machine = machines[0];
        var pages = random.Next(1, 4);
        if (machine.Mfp.Submit(new JobRequest { Function = JobFunction.Fax, Pages = pages, Who = "" }) is JobAnswer.Accepted)
        {
            news.Tell(string.Create(CultureInfo.InvariantCulture, $"{machine.Copier.Name}: a fax of {pages} comes in"));
        }
    }

    private void Bypass()
    {
        var quiet = machines.Where(m => m.Copier.TellsFunctions && m.Forgot is null && m.Mfp.IsQuiet && m.Place.CurrentCount > 0).ToArray();
        if (quiet.Length > 0)
        {
            _ = BypassAsync(quiet[random.Next(quiet.Length)]);
        }
    }

    /// <summary>Stands at the copier until its counters rest, so that the next badge finds the pages already there.</summary>
    private async Task BypassAsync(DemoMachine machine)
    {
        if (!await machine.Place.WaitAsync(0))
        {
            return;
        }

        try
        {
            var pages = random.Next(2, 6);
            if (machine.Mfp.Submit(new JobRequest { Function = JobFunction.Copy, Pages = pages, Who = "", Bypass = true }) is JobAnswer.Accepted accepted)
            {
                news.Tell(string.Create(CultureInfo.InvariantCulture, $"{machine.Copier.Name}: somebody tricks the panel and copies {pages} pages without a badge; watch for the alert"));
                var end = DateTime.UtcNow + LongestJob;
                while (!machine.Mfp.IsQuiet && DateTime.UtcNow < end)
                {
                    await Task.Delay(Look);
                }
            }
        }
        finally
        {
            machine.Place.Release();
        }
    }

    private static string Words(JobRequest job) => job.Function == JobFunction.Scan
        ? string.Create(CultureInfo.InvariantCulture, $"scans {job.Pages}") : $"copies {Size(job)}";

    private static string Size(JobRequest job) => string.Create(
        CultureInfo.InvariantCulture,
        $"{job.Pages}{(job.Copies > 1 ? $" x {job.Copies}" : "")} {(job.Color == JobColor.Mono ? "black" : "in colour")} {job.Size.Name}{(job.Duplex ? " two-sided" : "")}");
}
