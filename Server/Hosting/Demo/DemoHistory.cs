using System.Net;
using System.Text;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Accounting.Snmp;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>Where one device's history is written: its ids, and those of the people and projects.</summary>
internal sealed record DemoPlace(long DeviceId, string TerminalId, IReadOnlyDictionary<string, long> People, IReadOnlyList<long> Projects);

/// <summary>
/// Weeks before today for one copier: it is simulated quickly on a clock of its own, read by the real SNMP manager and booked by the real rules through the
/// real journal, so that reports have something to show and the audit has something to check.
/// </summary>
internal sealed class DemoHistory(IDeviceJournal journal, IMeterReader reader, IdGenerator ids, ServerSettings settings)
{
    private const int Days = 28;
    private readonly (IDeviceJournal Journal, IMeterReader Reader, IdGenerator Ids, ServerSettings Settings) parts = (journal, reader, ids, settings);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100), Step = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromMinutes(10);

    /// <summary>Writes it and leaves the copier's counters where the weeks brought them. Ends early when the copier does not answer.</summary>
    public async Task WriteAsync(DemoMachine machine, int index, DemoPlace place, CancellationToken cancellationToken)
    {
        var today = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, parts.Settings.Site.Zone).Date;
        var clock = new DemoClock(At(today.AddDays(-Days), 7 * 3600));
        using var simulator = new Simulator(clock);
        var mfp = simulator.Add(DemoMachine.Setup(machine.Copier, index, new OpenPanel()));
        var target = new SnmpTarget(IPAddress.Loopback, mfp.EndPoint!.Port, SnmpVersion.V2c, Encoding.UTF8.GetBytes("public"));
        if (await parts.Reader.BindAsync(target, null, cancellationToken) is BindOutcome.Bound bound)
        {
            var run = new Run(this, machine.Copier, place, clock, mfp, target, bound.Profile, new Random(index + 1));
            for (var day = today.AddDays(-Days); day < today; day = day.AddDays(1))
            {
                if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !await run.DayAsync(seconds => At(day, seconds), cancellationToken))
                {
                    break;
                }
            }
        }

        machine.Mfp.WriteCounters(mfp.ReadCounters());
    }

    private DateTimeOffset At(DateTime day, int seconds)
    {
        var local = day.AddSeconds(seconds);
        return new DateTimeOffset(local, parts.Settings.Site.Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private sealed class Run(
        DemoHistory owner, DemoCopier copier, DemoPlace place, DemoClock clock, SimulatedMfp mfp, SnmpTarget target, BoundProfile profile, Random random)
    {
        private DecisionContext Context => new(clock.GetUtcNow(), owner.parts.Settings.Sessions, owner.parts.Settings.Site.Zone, owner.parts.Settings.Site.Prices);

        /// <summary>One working day between eight and five; false when the copier did not answer.</summary>
        public async Task<bool> DayAsync(Func<int, DateTimeOffset> at, CancellationToken cancellationToken)
        {
            var times = Enumerable.Range(0, random.Next(3, 6)).Select(_ => random.Next(8 * 3600, 17 * 3600)).Order().ToArray();
            foreach (var time in times)
            {
                if (at(time) - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
                {
                    clock.Forward(wait);
                }

                var good = random.Next(3) == 0 ? await PrintAsync(cancellationToken) : await SessionAsync(cancellationToken);
                if (!good)
                {
                    return false;
                }
            }

            return true;
        }

        private async Task<bool> SessionAsync(CancellationToken cancellationToken)
        {
            var person = DemoSite.People[random.Next(DemoSite.People.Length)];
            var grant = new LoginGrant(owner.parts.Ids.Next(), place.TerminalId, place.People[person.UserName], "card", "copy;copyColor;scan;fax;print", person.MustChooseProject);
            await ApplyAsync(s => WalkUpRules.Login(s, Context, grant), cancellationToken);
            if (await ReadAsync(ReadingTrigger.Login, cancellationToken) is null)
            {
                return false;
            }

            if (person.MustChooseProject)
            {
                await ApplyAsync(s => WalkUpRules.Project(s, Context, grant.SessionId, place.Projects[random.Next(place.Projects.Count)]), cancellationToken);
            }

            await ApplyAsync(s => WalkUpRules.Unlocked(s, Context with { Unlocked = grant.SessionId }), cancellationToken);
            Work(person.UserName, person.Functions.Length == 0, random.Next(7) == 0 && copier.TellsFunctions ? JobFunction.Scan : JobFunction.Copy);
            if (await ReadAsync(ReadingTrigger.Watch, cancellationToken) is null)
            {
                return false;
            }

            clock.Forward(TimeSpan.FromSeconds(4));
            await ApplyAsync(s => WalkUpRules.End(s, Context, grant.SessionId, EndReason.User), cancellationToken);
            for (var look = 0; look < 12; look++)
            {
                clock.Forward(TimeSpan.FromSeconds(2));
                switch (await ReadAsync(ReadingTrigger.Settle, cancellationToken))
                {
                    case null:
                        return false;
                    case { Settled: not null }:
                        return true;
                    default:
                        break;
                }
            }

            return true;
        }

        /// <summary>A print from a computer between two readings, as idle polling sees it.</summary>
        private async Task<bool> PrintAsync(CancellationToken cancellationToken)
        {
            if (await ReadAsync(ReadingTrigger.Idle, cancellationToken) is null)
            {
                return false;
            }

            Work(DemoSite.People[random.Next(DemoSite.People.Length)].UserName, color: true, JobFunction.Print);
            return await ReadAsync(ReadingTrigger.Idle, cancellationToken) is not null;
        }

        private void Work(string who, bool color, JobFunction function)
        {
            mfp.Submit(new JobRequest
            {
                Function = function, Who = who, Pages = 1 + (int)(-5 * Math.Log(1 - random.NextDouble())), Copies = random.Next(8) == 0 ? random.Next(2, 6) : 1,
                Color = color && copier.Color && random.Next(3) == 0 ? JobColor.FullColor : JobColor.Mono,
                Size = random.Next(8) == 0 ? PaperSize.A3 : PaperSize.A4, Duplex = random.Next(3) == 0,
            });
            var latest = clock.GetUtcNow() + Longest;
            do
            {
                clock.Forward(Step);
            }
            while (!mfp.IsQuiet && clock.GetUtcNow() < latest);
        }

        /// <summary>Reads the copier now, by the simulation's clock; null when it does not answer.</summary>
        private async Task<ReadingOutcome?> ReadAsync(ReadingTrigger trigger, CancellationToken cancellationToken)
        {
            var sent = clock.GetUtcNow();
            if (await owner.parts.Reader.ReadAsync(target, profile, trigger, 0, cancellationToken) is not ReadOutcome.Read read)
            {
                return null;
            }

            clock.Forward(Moment);
            var reading = read.Reading with { SentAt = sent, At = clock.GetUtcNow() };
            return await ApplyAsync(s => WalkUpRules.Reading(s, Context, reading), cancellationToken);
        }

        private Task<T> ApplyAsync<T>(Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken) =>
            owner.parts.Journal.ApplyAsync(place.DeviceId, decide, cancellationToken);
    }
}
