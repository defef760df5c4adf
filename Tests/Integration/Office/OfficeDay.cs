using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CopyTrack.TestKit;

namespace CopyTrack.Integration.Office;

/// <summary>A day in an office of simulated copiers with the real server: people come and copy, servers are killed, and at the end every page must stand where it belongs.</summary>
internal sealed class OfficeDay(OfficePlan plan, Action<string> tell) : IAsyncDisposable
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(120);
    private static readonly JsonSerializerOptions s_indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private const int IdleSeconds = 5;

    private readonly string directory = Directory.CreateTempSubdirectory("copytrack-office-").FullName;
    private readonly List<OfficeServer> nodes = [];
    private readonly List<OfficeDesk> desks = [];
    private readonly List<OfficeAlert> alerts = [];
    private readonly List<TerminalIdentity> identities = [];
    private readonly Random random = new(plan.Seed);
    private OfficeSite? site;
    private PrivatePostgreSql? postgres;
    private NodeProxy? proxy;
    private OfficeDatabase? database;

    /// <summary>Where the day's data, logs and summary are; deleted at the end of a good day.</summary>
    public string Folder => directory;

    /// <summary>Runs the day and returns the verdict; throws when it could not be run to its end.</summary>
    public async Task<OfficeVerdict> RunAsync()
    {
        var clock = Stopwatch.StartNew();
        using var limit = new CancellationTokenSource(plan.Limit);
        site = new OfficeSite(plan, File.Create(Path.Combine(directory, "truth.jsonl")));
        await OpenAsync();
        tell($"{plan.Devices} devices, {plan.Nodes} node(s), in {directory}");
        await UntilAsync(async () => await database!.MeteredDevicesAsync() == plan.Devices, TimeSpan.FromSeconds(60), "not all devices have a first reading");
        tell($"open after {clock.Elapsed.TotalSeconds:0} s");

        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var visits = Task.WhenAll(desks.Zip(Shares(), (d, share) => d.RunAsync(share, site.People, limit.Token)));
        var trouble = TroubleAsync(over.Token);
        var listening = ListenAsync(over.Token);
        await visits;
        await trouble;
        tell($"last visit after {clock.Elapsed.TotalSeconds:0} s, {desks.Sum(d => d.Terminal.Connections)} connections of terminals");
        await site.Simulator.WhenQuietAsync(limit.Token);
        await UntilAsync(async () => await database!.UnsettledAsync() == 0, SettleTime, "sessions did not settle");
        await Task.Delay(TimeSpan.FromSeconds((IdleSeconds * 2) + 6), limit.Token);
        await over.CancelAsync();
        await listening;
        await HearAsync();
        var verdict = await new OfficeJudge(nodes[0], database!, site, desks, alerts).JudgeAsync();
        await File.WriteAllTextAsync(
            Path.Combine(directory, "summary.json"), JsonSerializer.Serialize(new { plan, seconds = (int)clock.Elapsed.TotalSeconds, verdict }, s_indented));
        tell(string.Create(CultureInfo.InvariantCulture, $"devices {plan.Devices}, nodes {plan.Nodes}, kills {plan.Kills}, {verdict.Line}, {clock.Elapsed.TotalSeconds:0} s"));
        return verdict;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(desks.Select(d => d.Terminal.DisposeAsync().AsTask()));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }

        site?.Dispose();
        identities.ForEach(i => i.Dispose());
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }
    }

    private async Task OpenAsync()
    {
        string? connection = null;
        if (plan.Nodes > 1)
        {
            postgres = await PrivatePostgreSql.StartAsync();
            connection = await postgres.CreateDatabaseAsync();
        }

        for (var i = 0; i < plan.Nodes; i++)
        {
            var data = Path.Combine(directory, $"node{i}");
            string[] settings =
            [
                $"--Data:Directory={data}", $"--Secrets:Directory={Path.Combine(directory, "secrets")}", $"--Polling:IdleSeconds={IdleSeconds}", "--Terminals:HeartbeatSeconds=3", "--Sessions:IdleSeconds=60",
                .. connection is null ? Array.Empty<string>() : ["--Data:Provider=postgres", $"--Data:ConnectionString={connection}"],
            ];
            nodes.Add(new OfficeServer($"node {i}", Path.Combine(directory, $"node{i}.log"), FreePort.Take(), FreePort.Take(), settings));
        }

        database = new OfficeDatabase(connection, Path.Combine(directory, "node0"));
        if (connection is not null)
        {
            await nodes[0].RunAsync(["secrets", "init"]);
        }

        foreach (var node in nodes)
        {
            await node.StartAsync();
        }

        proxy = plan.Nodes > 1 ? new NodeProxy([.. nodes.Select(n => n.TerminalsPort)]) : null;
        var codes = await site!.ImportAsync(nodes[0], directory);
        foreach (var ((name, device, panel, totalOnly), code) in site.Devices.Zip(codes))
        {
            var identity = await TerminalIdentity.EnrolAsync(nodes[0].HttpsPort, (string)code["terminal"]!, (string)code["code"]!, (string)code["caFingerprint"]!);
            identities.Add(identity);
            var terminal = new OfficeTerminal($"t-{name}", identity, proxy?.Port ?? nodes[0].TerminalsPort, panel, random.Next());
            desks.Add(new OfficeDesk(name, device, terminal, totalOnly, plan, database, new Random(random.Next())) { Truth = site.Simulator.Truth });
        }
    }

    /// <summary>Sessions of each device: a device that counts nothing but a total stands in a quiet corner.</summary>
    private int[] Shares()
    {
        var few = plan.Sessions / plan.Devices / 4;
        var many = desks.Count(d => !d.TotalOnly);
        var (share, rest) = Math.DivRem(plan.Sessions - (few * (desks.Count - many)), many);
        return [.. desks.Select(d => d.TotalOnly ? few : share + (rest-- > 0 ? 1 : 0))];
    }

    private int Progress => desks.Sum(d => d.Visits.Count);

    private async Task TroubleAsync(CancellationToken cancellationToken)
    {
        if (plan.Nodes > 1)
        {
            await ReachAsync(0.25, cancellationToken);
            tell($"node 0 is killed at {DateTimeOffset.UtcNow:HH:mm:ss}");
            await nodes[0].KillAsync();
            await Task.Delay(plan.NodeAway, cancellationToken);
            await nodes[0].StartAsync();
            await ReachAsync(0.6, cancellationToken);
            tell($"node 1 is stopped at {DateTimeOffset.UtcNow:HH:mm:ss}");
            await nodes[1].StopForAsync(plan.NodeStopped);
            return;
        }

        foreach (var at in Enumerable.Range(0, plan.Kills).Select(_ => 0.04 + (random.NextDouble() * 0.88)).Order().ToArray())
        {
            await ReachAsync(at, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 3), cancellationToken);
            tell($"killed at {DateTimeOffset.UtcNow:HH:mm:ss} after {Progress} visits");
            await nodes[0].KillAsync();
            await nodes[0].StartAsync();
        }
    }

    private async Task ReachAsync(double share, CancellationToken cancellationToken)
    {
        while (Progress < share * plan.Sessions)
        {
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Alerts are kept by the server for some minutes only.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
                await HearAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The day is over.
        }
    }

    private async Task HearAsync() => alerts.AddRange(await database!.AlertsAsync(alerts.Count == 0 ? 0 : alerts[^1].Id));

    private static async Task UntilAsync(Func<Task<bool>> done, TimeSpan limit, string otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !await done();)
        {
            if (waited.Elapsed > limit)
            {
                throw new TimeoutException(otherwise);
            }

            await Task.Delay(300);
        }
    }
}
