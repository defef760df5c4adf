using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Sessions;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.WalkUp;
using Dapper;

namespace CopyTrack.Integration.FaultLab;

/// <summary>One run: devices, terminals and people for some simulated days, a server that is killed again and again, and the verdict at the end.</summary>
internal sealed class LabRun(LabPlan plan)
{
    private static readonly TimeSpan s_rest = TimeSpan.FromMinutes(40), s_step = TimeSpan.FromMinutes(1);

    private readonly VirtualLoop loop = new(plan.Start);
    private readonly Random random = new(plan.Seed * 31);
    private readonly LabTimes times = new();
    private readonly List<LabTerminal> terminals = [];
    private readonly List<LabNode> nodes = [];
    private readonly Dictionary<int, SimulatedMfp> devices = [];
    private Simulator? simulator;
    private LabStore? store;
    private LabNode? node;
    private LabSettings? settings;
    private TimeSpan clockError;
    private DateTimeOffset end;
    private bool isDying;
    private bool over;

    /// <summary>The people of the run, and the number of their cards.</summary>
    public static IReadOnlyList<(string Name, string Card)> People { get; } = [.. Enumerable.Range(0, 12).Select(i => ($"p{i:00}", $"04A1B2{i:X8}"))];

    /// <summary>Lives the run and judges it. Everything happens on the calling thread.</summary>
    public LabVerdict Run()
    {
        LabVerdict? verdict = null;
        loop.Run(async () => verdict = await LiveAsync());
        verdict!.Steps = loop.Steps;
        verdict.Processes = nodes.Count;
        verdict.Operations = nodes.Sum(n => n.Gate.Operations);
        return verdict;
    }

    private async Task<LabVerdict> LiveAsync()
    {
        var truthClock = new LabClock(loop);
        store = await loop.OutsideAsync(async () => plan.PostgreSql ? (LabStore)await LabPostgres.CreateAsync(plan.Start) : await LabFiles.CreateAsync());
        simulator = new Simulator(truthClock);
        try
        {
            settings = new LabSettings(
                new SessionOptions { IdlePoll = plan.Idle }, new PollingOptions { Idle = plan.Idle, Inventory = TimeSpan.Zero },
                new TerminalPolicy { OfflineHours = plan.OfflineHours, CableColorAllowed = true }, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new PriceList("EUR", 30_000, 150_000, 20_000, 5_000, 70_000));
            end = plan.Start + plan.Length;
            MakeDevices(truthClock);
            await StartNodeAsync(first: true);
            await Task.Delay(TimeSpan.FromMinutes(5), truthClock);
            if (plan.Delivery is { } delivery)
            {
                foreach (var terminal in terminals)
                {
                    var wrong = new LabClock(loop) { Error = TimeSpan.FromSeconds(random.Next(-20_000, 20_000)) };
                    terminal.Reporter = new LabReporter(loop, wrong, plan.Start, terminal.Device, delivery, new Random(random.Next()), () => terminal.Server) { Jobs = simulator.Truth };
                    _ = terminal.Reporter.RunAsync();
                }
            }

            var people = terminals.Select(t => new LabOffice(t, plan, new Random(random.Next()), truthClock, end) { Jobs = simulator.Truth }).ToList();
            var work = Task.WhenAll(people.Select(p => p.RunAsync()));
            var trouble = TroubleAsync(truthClock);
            await work;
            await trouble;
            await RestAsync(truthClock);
            return await new LabJudge(plan, node!.Database, simulator.Truth, terminals, nodes.Select(n => n.Log), settings, times).JudgeAsync(loop);
        }
        finally
        {
            simulator.Dispose();
            if (node is not null)
            {
                await loop.OutsideAsync(async () =>
                {
                    await node.BuryAsync();
                    await node.Database.DisposeAsync();
                    return 0;
                });
            }

            await loop.OutsideAsync(async () =>
            {
                await store.DisposeAsync();
                return 0;
            });
        }
    }

    private void MakeDevices(LabClock clock)
    {
        for (var i = 0; i < plan.Models.Count; i++)
        {
            var panel = new SwitchPanel();
            var device = simulator!.Add(new MfpSetup
            {
                Model = MfpModel.BuiltIn(plan.Models[i]), Port = -1, Panel = panel, Serial = $"LAB{i}", Seed = plan.Seed + i, Lag = plan.Lag,
            });
            if (plan.NearWrap && plan.Models[i] is "plain")
            {
                // Where there are parts, a total alone near its wrap would be a state that no device can be in.
                device.PutNearWrap(random.Next(20, 300));
            }

            devices[i + 1] = device;
            terminals.Add(new LabTerminal(loop, new LabClock(loop) { Error = TimeSpan.FromSeconds(random.Next(-20_000, 20_000)) }, $"t{i + 1}", device, panel, plan.OfflineHours, new Random(random.Next())));
        }
    }

    private async Task StartNodeAsync(bool first = false)
    {
        var clock = new LabClock(loop) { Error = clockError };
        LabNode started;
        while (true)
        {
            try
            {
                started = await LabNode.StartAsync(
                    loop, store!, clock, $"node{nodes.Count}", settings!, new Random(random.Next()), times, c => new LabSnmp(c, devices, plan.Network, new Random(random.Next())), first ? PrepareAsync : null);
                break;
            }
            catch (CopyTrack.Server.Data.StorageUnavailableException)
            {
                // As an operator would: start again when the disk has room.
                await Task.Delay(s_step, new LabClock(loop));
            }
        }

        node = started;
        nodes.Add(started);
        started.Gate.Died = _ =>
        {
            foreach (var terminal in terminals)
            {
                terminal.ServerDown();
            }
        };
        foreach (var terminal in terminals)
        {
            terminal.ServerUp(started);
        }
    }

    /// <summary>Devices, terminals, people and cards, as imports would make them.</summary>
    private async Task PrepareAsync(CopyTrack.Server.Data.IDatabase database)
    {
        await database.WriteAsync(
            async (c, ct) =>
            {
                for (var i = 1; i <= terminals.Count; i++)
                {
                    await c.ExecuteAsync(
                        "insert into device (id, org_id, name, name_folded, address, port, created_at, updated_at) values (@i, 1, @name, @name, '127.0.0.1', @i, 0, 0)", new { i, name = $"d{i}" });
                    await DeviceRows.AddAsync(database, c, 1, i, monitored: true, ct);
                    await c.ExecuteAsync(
                        "insert into terminal (id, org_id, name, name_folded, device_id, created_at, updated_at) values (@name, 1, @name, @name, @i, 0, 0)", new { i, name = $"t{i}" });
                }

                for (var i = 0; i < People.Count; i++)
                {
                    var (name, card) = People[i];
                    var hash = LabNode.Secrets.HashKeys.Current.Hash(CopyTrack.Identity.Secrets.HashKinds.Card, 1, card);
                    await c.ExecuteAsync(
                        "insert into person (id, org_id, user_name, user_folded, created_at, updated_at) values (@id, 1, @name, @name, 0, 0)", new { id = 100 + i, name });
                    await c.ExecuteAsync(
                        "insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) values (@id, 1, @key, @hash, @person, 'lab', 0)",
                        new { id = 100 + i, key = hash.KeyId, hash = hash.Hash.ToArray(), person = 100 + i });
                }

                return 0;
            },
            default);
    }

    /// <summary>Every fault at its drawn time, most of them in working hours.</summary>
    private async Task TroubleAsync(LabClock clock)
    {
        List<(DateTimeOffset At, Func<Task> Do)> deeds =
        [
            .. Times(plan.Kills).Select(at => (at, (Func<Task>)(() => KillAsync(clock, TimeSpan.Zero)))),
            .. Times(plan.WrongClocks).Select(at => (at, (Func<Task>)(() => KillAsync(clock, TimeSpan.FromMinutes(random.Next(-300, 300)))))),
            .. Times(plan.PowerCycles).Select(at => (at, (Func<Task>)(() => Now(() => PowerCycle(Any(), TimeSpan.FromSeconds(random.Next(20, 400))))))),
            .. Times(plan.BoardSwaps).Select(at => (at, (Func<Task>)(() => SwapAsync(clock)))),
            .. Times(plan.Silences).Select(at => (at, (Func<Task>)(() => SilenceAsync(clock)))),
            .. Times(plan.Outages).Select((at, i) => (at, (Func<Task>)(() => OutageAsync(clock, i == 0)))),
            .. Times(plan.FullDisks).Select(at => (at, (Func<Task>)(() => FullDiskAsync(clock)))),
        ];
        List<Task> running = [];
        foreach (var (at, deed) in deeds.OrderBy(d => d.At))
        {
            if (at > loop.Now)
            {
                await Task.Delay(at - loop.Now, clock);
            }

            running.Add(deed());
        }

        await Task.WhenAll(running);
        over = true;
    }

    private IEnumerable<DateTimeOffset> Times(int count) => Enumerable.Range(0, count).Select(_ =>
    {
        var day = plan.Start + TimeSpan.FromDays(random.Next(Math.Max(1, (int)plan.Length.TotalDays)));
        return random.Next(5) == 0 ? day + TimeSpan.FromHours(random.NextDouble() * 23) : day + TimeSpan.FromHours(8 + (random.NextDouble() * 9));
    }).Select(at => at < end ? at : end - TimeSpan.FromHours(1)).ToArray();

    private void PowerCycle(SimulatedMfp device, TimeSpan off)
    {
        device.PowerCycle(off);
        terminals[device.Number - 1].Reporter?.Restarted();
    }

    private SimulatedMfp Any() => devices[1 + random.Next(devices.Count)];

    private static Task Now(Action deed)
    {
        deed();
        return Task.CompletedTask;
    }

    /// <summary>The process dies at one of its next writes, or where it stands; another is started after a while.</summary>
    private async Task KillAsync(LabClock clock, TimeSpan clockMoves)
    {
        var victim = node!;
        if (isDying || victim.Gate.Dead)
        {
            return;
        }

        isDying = true;

        if (random.Next(4) > 0)
        {
            victim.Gate.DieAfter(random.Next(1, 60), (KillPoint)random.Next(3));
        }

        for (var waited = 0; !victim.Gate.Dead && waited < 30; waited++)
        {
            await Task.Delay(s_step, clock);
        }

        victim.Gate.Die();
        await Task.Delay(TimeSpan.FromMilliseconds(1), clock);
        await loop.OutsideAsync(async () =>
        {
            await victim.BuryAsync();
            await store!.CrashAsync(victim.Database, victim.Gate.Cut is { } cut ? random.NextInt64(cut.Before, cut.After) : null);
            return 0;
        });
        await Task.Delay(TimeSpan.FromSeconds(random.Next(10) switch { < 6 => random.Next(1, 20), < 9 => random.Next(20, 600), _ => random.Next(600, 9000) }), clock);
        clockError += clockMoves;
        await StartNodeAsync();
        isDying = false;
    }

    /// <summary>A controller is changed by a technician who sees that nobody is there: what nobody has read from the old one by then is gone with it.</summary>
    private async Task SwapAsync(LabClock clock)
    {
        var at = random.Next(terminals.Count);
        var terminal = terminals[at];
        for (var tries = 0; tries < 120; tries++)
        {
            var quiet = terminal.Device.IsQuiet && terminal.Holder is null && terminal.IsSettled && loop.Now - terminal.LeftAt > (plan.Idle * 2) + s_step
                && LastPage(terminal) < loop.Now - (plan.Idle * 2) - s_step;
            if (quiet && !node!.Gate.Dead && !terminal.Device.Faults.Silent)
            {
                terminal.Device.SwapBoard(0, random.Next(2) == 0 ? $"LAB{at}-{tries}-{random.Next(1000)}" : null, TimeSpan.FromSeconds(random.Next(100, 900)));
                return;
            }

            await Task.Delay(s_step, clock);
        }
    }

    private DateTimeOffset LastPage(LabTerminal terminal) =>
        simulator!.Truth.Jobs.LastOrDefault(j => j.Device == terminal.Device.Number) is { } job ? job.LastPageAt ?? job.At : DateTimeOffset.MinValue;

    private async Task SilenceAsync(LabClock clock)
    {
        var device = Any();
        device.Faults = device.Faults with { Silent = true };
        await Task.Delay(TimeSpan.FromSeconds(random.Next(20, 2400)), clock);
        device.Faults = device.Faults with { Silent = false };
    }

    /// <summary>A day of a week, and of a shorter run the same share: a run of hours that are all offline would say nothing of the others.</summary>
    private TimeSpan Day => plan.Length < TimeSpan.FromDays(7) ? plan.Length / 7 : TimeSpan.FromDays(1);

    private async Task OutageAsync(LabClock clock, bool day)
    {
        var terminal = terminals[random.Next(terminals.Count)];
        if (!terminal.HasNetwork)
        {
            return;
        }

        _ = terminal.NetworkAsync(there: false);
        await Task.Delay(day ? Day : TimeSpan.FromSeconds(random.Next(10, 4000)), clock);
        await terminal.NetworkAsync(there: true);
    }

    private async Task FullDiskAsync(LabClock clock)
    {
        if (node is not { Gate.Dead: false } there)
        {
            return;
        }

        await loop.OutsideAsync(async () =>
        {
            await store!.FillAsync(there.Database, full: true);
            return 0;
        });
        await Task.Delay(TimeSpan.FromSeconds(random.Next(5, 600)), clock);
        if (plan.PostgreSql || !there.Gate.Dead)
        {
            await loop.OutsideAsync(async () =>
            {
                await store!.FillAsync(there.Database, full: false);
                return 0;
            });
        }
    }

    /// <summary>All faults are over: what is late gets its time.</summary>
    private async Task RestAsync(LabClock clock)
    {
        for (var minutes = 0; ; minutes++)
        {
            await Task.Delay(s_step, clock);
            if (over && terminals.TrueForAll(t => t.IsSettled && t.Device.IsQuiet && t.Reporter is not { IsSettled: false }) && minutes > 10)
            {
                break;
            }

            if (minutes > 600)
            {
                throw new TimeoutException("terminals did not come to rest: " + string.Join(", ", terminals.Select(t => $"{t.Id} {t.IsConnected} {t.Holder?.Tag} {t.Device.State}, settled {t.IsSettled}, quiet {t.Device.IsQuiet}, receipts settled {t.Reporter?.IsSettled}")));
            }
        }

        await Task.Delay(s_rest + (plan.Idle * 3), clock);
    }
}
