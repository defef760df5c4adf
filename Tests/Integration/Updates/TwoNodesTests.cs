using System.Globalization;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Models;
using Dapper;
using Npgsql;
using NUnit.Framework;

namespace CopyTrack.Integration.Updates;

/// <summary>Two nodes on one PostgreSQL, each under its supervisor as a real process: they take a signed version in turn, and one that fails at the first stays away from the second.</summary>
internal sealed class TwoNodesTests
{
    private const string Good = "1.1.0", Bad = "1.2.0";

    [Test]
    public async Task Nodes_take_a_version_in_turn_and_no_login_is_lost_at_the_other_one_and_a_version_that_fails_halts_for_both()
    {
        var secrets = Directory.CreateTempSubdirectory("copytrack-two-").FullName;
        var postgres = await (await LiveDatabases.ServerAsync()).CreateDatabaseAsync();
        string[] settings = ["--Data:Provider=postgres", $"--Data:ConnectionString={postgres}", $"--Secrets:Directory={secrets}/secrets", $"--Updates:Folder={secrets}/updates", "--Updates:TrialSeconds=40"];
        using var simulator = new Simulator(TimeProvider.System);
        await using var one = new SupervisedSite(settings);
        await using var two = new SupervisedSite(one, settings);
        try
        {
            await one.VerbAsync(true, ["secrets", "init", .. settings[..3]]);
            var ports = Enumerable.Range(0, 2).Select(_ => simulator.Add(new MfpSetup { Model = MfpModel.BuiltIn("kyocera") }).EndPoint!.Port.ToString(CultureInfo.InvariantCulture)).ToArray();
            await File.WriteAllTextAsync(one.In("devices.csv"), $"name,address,port\nhall,127.0.0.1,{ports[0]}\nloft,127.0.0.1,{ports[1]}\n");
            await File.WriteAllTextAsync(one.In("users.csv"), "username,displayName,cards\nanna,Anna A,04A1\nbert,Bert B,04B2\n");
            await one.VerbAsync(true, ["import", "devices", one.In("devices.csv"), .. settings[..3]]);
            await one.VerbAsync(true, ["import", "users", one.In("users.csv"), .. settings[..3]]);
            one.Begin();
            two.Begin();
            await one.SaidAsync("ready https=");
            await two.SaidAsync("ready https=");

            // Each terminal prefers its own node, and goes to the other one while that is away.
            await using var hall = new BusyTerminal(await EnrolAsync("hall"), "04A1", [one, two]);
            await using var loft = new BusyTerminal(await EnrolAsync("loft"), "04B2", [two, one]);
            await one.UntilAsync(() => hall.Granted >= 2 && loft.Granted >= 2, "both terminals log in");

            Directory.CreateDirectory($"{secrets}/updates");
            await one.PackAsync(Good, SupervisedSite.Real, $"{secrets}/updates/{Good}.ctpkg");
            await OrderAsync(Good);
            await one.SaidAsync($"version {Good} is ready and stays");
            await two.SaidAsync($"version {Good} is ready and stays");
            await one.UntilAsync(() => Claim() is (null, null), "the last turn is told to be over");
            var (first, second) = one.At($"version {Good} is on trial") < two.At($"version {Good} is on trial") ? (one, two) : (two, one);
            Assert.That(second.At($"ends, so that {Good} can be tried"), Is.GreaterThan(first.At($"version {Good} is ready and stays")), "the second serves until the first is ready");
            Assert.That((one.Current, two.Current), Is.EqualTo((Good, Good)));

            // The second version of the day ends each time it is started, at whichever node comes first.
            await one.PackAsync(Bad, one.Fake(serve: "exit 7"), $"{secrets}/updates/{Bad}.ctpkg");
            await OrderAsync(Bad);
            await one.UntilAsync(() => Claim() is (null, not null), "the version is halted");
            Assert.That(Claim().Halted, Does.Contain("it ended 3 times before it had reported"));
            var served = (hall.Granted, loft.Granted);
            await one.UntilAsync(() => hall.Granted > served.Item1 + 1 && loft.Granted > served.Item2 + 1, "both terminals go on");
            // Longer than two looks of the other node.
            await Task.Delay(TimeSpan.FromSeconds(11));
            Assert.That(new[] { one, two }.Count(n => n.Said.Contains($"version {Bad} is rolled back", StringComparison.Ordinal)), Is.EqualTo(1), "one node alone tried it");
            Assert.That(new[] { one, two }.Count(n => n.Said.Contains($"so that {Bad} can be tried", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That((one.Current, two.Current, one.Runs, two.Runs), Is.EqualTo((Good, Good, true, true)));

            await hall.EndAsync();
            await loft.EndAsync();
            Assert.That(hall.Lost.Concat(loft.Lost), Is.Empty, "what a node that has not its turn was asked was granted");
            Assert.That(await ScalarAsync($"select count(*) from session where id in ({string.Join(',', hall.Sessions.Concat(loft.Sessions))})"), Is.EqualTo(hall.Granted + loft.Granted), "every login that a terminal was told of is kept, once");
            Assert.That((await one.EndAsync(), await two.EndAsync()), Is.EqualTo((0, 0)));
        }
        finally
        {
            Directory.Delete(secrets, recursive: true);
        }

        async Task<LiveIdentity> EnrolAsync(string device)
        {
            var code = JsonNode.Parse((await one.VerbAsync(true, ["terminal", "enrol-code", "at-" + device, "--device", device, .. settings[..3]])).Split('\n').First(l => l.StartsWith('{')))!;
            return await LiveIdentity.EnrolAsync(one.Port, code["terminal"]!.GetValue<string>(), code["code"]!.GetValue<string>());
        }

        async Task OrderAsync(string version)
        {
            // As an administrator's "Install now" does.
            await using var connection = new NpgsqlConnection(postgres);
            Assert.That(await connection.ExecuteAsync("update server_update set version = @version, ordered_by = 'test', ordered_at = 1, halted = null where id = 1 and claim_owner is null", new { version }), Is.EqualTo(1));
        }

        (string? Owner, string? Halted) Claim()
        {
            using var connection = new NpgsqlConnection(postgres);
            return connection.QuerySingle<(string?, string?)>("select claim_owner, halted from server_update where id = 1");
        }

        async Task<long> ScalarAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(postgres);
            return await connection.ExecuteScalarAsync<long>(sql);
        }
    }
}
