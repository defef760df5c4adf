using System.Diagnostics;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.Integration.Office;

/// <summary>What one visit at a device really was: who, when, and under which session of the server. Its jobs carry <see cref="Tag"/>.</summary>
internal sealed record Visit(string Tag, string Person, string Device, DateTimeOffset At)
{
    /// <summary>The server's session; null when the login never came through.</summary>
    public string? Session { get; set; }
}

/// <summary>One device with its terminal and the people who come to it, one after the other.</summary>
internal sealed class OfficeDesk(string name, SimulatedMfp device, OfficeTerminal terminal, bool totalOnly, OfficePlan plan, OfficeDatabase database, Random random)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50), LoginPatience = TimeSpan.FromSeconds(60), JobPatience = TimeSpan.FromSeconds(120);

    /// <summary>Name of the device.</summary>
    public string Name => name;

    /// <summary>The simulated device.</summary>
    public SimulatedMfp Device => device;

    /// <summary>True when it counts nothing but a total.</summary>
    public bool TotalOnly => totalOnly;

    /// <summary>Its terminal.</summary>
    public OfficeTerminal Terminal => terminal;

    /// <summary>All visits so far.</summary>
    public List<Visit> Visits { get; } = [];

    /// <summary>Faults of the visits themselves, such as a login that was refused.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Lets so many people come and copy.</summary>
    public async Task RunAsync(int sessions, IReadOnlyList<Person> people, CancellationToken cancellationToken)
    {
        await Task.Delay(plan.Gap * random.NextDouble(), cancellationToken);
        for (var i = 0; i < sessions; i++)
        {
            try
            {
                var person = people[random.Next(people.Count)];
                var visit = new Visit($"{person.Name}#{name}.{i}", person.Name, name, DateTimeOffset.UtcNow);
                Visits.Add(visit);
                await VisitAsync(visit, person, last: i == sessions - 1, cancellationToken);
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                Faults.Add($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {name} visit {i}: {e.Message}");
            }
        }
    }

    private async Task VisitAsync(Visit visit, Person person, bool last, CancellationToken cancellationToken)
    {
        device.LoadPaper();
        visit.Session = await terminal.BadgeAsync(person.Card).WaitAsync(LoginPatience, cancellationToken)
            // The card ended a session of the same person that was still open: once more opens one.
            ?? await terminal.BadgeAsync(person.Card).WaitAsync(LoginPatience, cancellationToken);
        var waited = Stopwatch.StartNew();
        while (terminal.Unlocked is not { } free || free != visit.Session)
        {
            if (waited.Elapsed > LoginPatience || (waited.Elapsed > TimeSpan.FromSeconds(20) && terminal.Session != visit.Session))
            {
                throw new TimeoutException($"the panel did not unlock for session {visit.Session}");
            }

            await Task.Delay(Look, cancellationToken);
        }

        var elsewhere = totalOnly ? Task.CompletedTask : PrintElsewhereAsync(new Random(random.Next()), cancellationToken);
        for (var jobs = random.Next(1, 3); jobs > 0; jobs--)
        {
            await DoAsync(Request(visit.Tag), cancellationToken);
        }

        await LeaveAsync(person, last, cancellationToken);
        await elsewhere;
    }

    /// <summary>Most press the key or show the card again; some just go, and the next person's badge hands over.</summary>
    private async Task LeaveAsync(Person person, bool last, CancellationToken cancellationToken)
    {
        var hurried = random.Next(150) == 0;
        await Task.Delay(TimeSpan.FromSeconds(hurried ? random.NextDouble() * 1.5 : 1.8 + (random.NextDouble() * 2)), cancellationToken);
        var way = random.Next(10);
        if (!last && (hurried || way < 2))
        {
            await Task.Delay(hurried ? TimeSpan.Zero : plan.Gap * random.NextDouble(), cancellationToken);
            return;
        }

        if (way < 5 && terminal.Session is not null)
        {
            if (await terminal.BadgeAsync(person.Card).WaitAsync(LoginPatience, cancellationToken) is not null)
            {
                // The session was over already, and the card opened another.
                terminal.Logout();
            }
        }
        else
        {
            terminal.Logout();
        }

        await Task.Delay(plan.Gap * (0.3 + (random.NextDouble() * 1.4)), cancellationToken);
        await BetweenAsync(cancellationToken);
    }

    private async Task BetweenAsync(CancellationToken cancellationToken)
    {
        var what = random.Next(30);
        if (what < (totalOnly ? 3 : 2))
        {
            await AloneAsync(new JobRequest { Function = what == 0 ? JobFunction.Copy : JobFunction.Print, Pages = random.Next(1, 4), Bypass = what == 0, Color = Color() }, cancellationToken);
        }
        else if (what == 5 && !totalOnly)
        {
            await AloneAsync(new JobRequest { Function = JobFunction.Fax, Pages = random.Next(1, 3) }, cancellationToken);
        }
    }

    /// <summary>Something that no meter could tell from a person's pages: nobody is at the device from before it until it has been counted.</summary>
    private async Task AloneAsync(JobRequest request, CancellationToken cancellationToken)
    {
        await UntilAsync(() => database.IsFreeAsync(name), cancellationToken);
        await DoAsync(request, cancellationToken);
        await UntilAsync(() => Task.FromResult(device.IsQuiet), cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
    }

    private async Task PrintElsewhereAsync(Random own, CancellationToken cancellationToken)
    {
        if (own.Next(12) == 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(own.NextDouble() * 3), cancellationToken);
            device.Submit(new JobRequest { Function = JobFunction.Print, Pages = own.Next(1, 5), Duplex = own.Next(2) == 0, Size = own.Next(4) == 0 ? PaperSize.A3 : PaperSize.A4 });
        }
    }

    private JobRequest Request(string tag) => random.Next(8) == 0 && !totalOnly
        ? new JobRequest { Function = JobFunction.Scan, Pages = random.Next(1, 4), Who = tag }
        : new JobRequest { Function = JobFunction.Copy, Pages = random.Next(1, 4), Color = Color(), Size = Size(), Duplex = random.Next(3) == 0, Who = tag };

    private JobColor Color() => random.Next(3) == 0 && device.Model.Engine.HasColor ? JobColor.FullColor : JobColor.Mono;

    private PaperSize Size() => random.Next(6) == 0 ? PaperSize.A3 : PaperSize.A4;

    /// <summary>Does a job and waits for its end; a panel that locked under it stops it, as it stops a real one.</summary>
    private async Task DoAsync(JobRequest request, CancellationToken cancellationToken)
    {
        if (device.Submit(request) is not JobAnswer.Accepted accepted)
        {
            return;
        }

        await UntilAsync(() => Task.FromResult(Truth.Job(accepted.JobId)?.End != JobEnd.Open), cancellationToken);
    }

    /// <summary>What truly happened, for the ends of jobs.</summary>
    public required Truth Truth { get; init; }

    private static async Task UntilAsync(Func<Task<bool>> done, CancellationToken cancellationToken)
    {
        for (var waited = Stopwatch.StartNew(); !await done();)
        {
            if (waited.Elapsed > JobPatience)
            {
                throw new TimeoutException("something at the device did not come to its end");
            }

            await Task.Delay(Look * 2, cancellationToken);
        }
    }
}

/// <summary>Somebody with a card.</summary>
internal sealed record Person(string Name, string Card);
