using System.Diagnostics;
using System.Globalization;
using System.Text;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Secrets;
using CopyTrack.TestKit;
using CopyTrack.TestKit.Ldap;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Directories;

/// <summary>
/// Replication of many people with groups from OpenLDAP into PostgreSQL, beside ldapsearch reading the same attributes in pages in the same run:
/// <c>replicate [--quick]</c>. The directory, the database and both clients share the machine.
/// </summary>
internal static class ReplicateBench
{
    private const int Organisation = 1, Warm = 2_000;

    public static async Task<int> RunAsync(string[] args)
    {
        DapperTypes.Register();
        var people = args.Contains("--quick") ? 2_000 : 100_000;
        await using var server = await PrivatePostgreSql.StartAsync();
        await WarmAsync(server);
        await using var slapd = await PrivateSlapd.StartAsync(Generate(people));
        await using var database = DataServices.Open(new DataOptions { Provider = "postgres", ConnectionString = await server.CreateDatabaseAsync() }, NullLogger.Instance);
        await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
        var site = new Site(database, slapd);
        var before = PeakMiB();

        List<double> peers = [];
        for (var i = 0; i < 3; i++)
        {
            peers.Add(await SearchAsync(slapd, site.Plan));
        }

        Tell("ldapsearch, people and groups in pages of 1000, seconds", peers.Order().ElementAt(1));
        var (cpu, allocated, pause, collections) = (Cpu(server, slapd), GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration(), GC.CollectionCount(0));
        var (run, first) = await site.RunAsync(full: true);
        Tell("CPU of it, seconds: PostgreSQL", Cpu(server, slapd).PostgreSql - cpu.PostgreSql);
        Tell("CPU of it, seconds: slapd", Cpu(server, slapd).Slapd - cpu.Slapd);
        Tell("CPU of it, seconds: the program", Cpu(server, slapd).Program - cpu.Program);
        Tell("allocated in it, MiB", (GC.GetTotalAllocatedBytes() - allocated) / 1048576.0);
        Tell("collections of garbage in it", GC.CollectionCount(0) - collections);
        Tell("pauses for them, seconds", (GC.GetTotalPauseDuration() - pause).TotalSeconds);
        Check(run, people, run.Added);
        Tell("first full replication, seconds", first);
        List<double> fulls = [];
        for (var i = 0; i < 3; i++)
        {
            (run, var seconds) = await site.RunAsync(full: true);
            Check(run, people, run.Unchanged);
            fulls.Add(seconds);
        }

        Tell("full replication without changes, seconds", fulls.Order().ElementAt(1));
        await slapd.ChangeAsync(string.Concat(Enumerable.Range(0, 100).Select(i => $"dn: {PrivateSlapd.Dn(Name(i * (people / 100)))}\nchangetype: modify\nreplace: mail\nmail: changed{i}@example.org\n\n")));
        (run, var changes) = await site.RunAsync(full: false);
        Check(run, 100, run.Changed);
        Tell("100 changed, seconds", changes);
        (_, var nothing) = await site.RunAsync(full: false);
        Tell("nothing changed, seconds", nothing);
        Tell("memory at the peak, MiB", PeakMiB());
        Tell("memory before the first run, MiB", before);
        return 0;
    }

    /// <summary>The code is compiled while it runs, and a server is not new when it replicates: a small directory goes first, into a database of its own.</summary>
    private static async Task WarmAsync(PrivatePostgreSql server)
    {
        await using var slapd = await PrivateSlapd.StartAsync(Generate(Warm));
        for (var i = 0; i < 8; i++)
        {
            await using var database = DataServices.Open(new DataOptions { Provider = "postgres", ConnectionString = await server.CreateDatabaseAsync() }, NullLogger.Instance);
            await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
            var site = new Site(database, slapd);
            var (run, _) = await site.RunAsync(full: true);
            Check(run, Warm, run.Added);
            (run, _) = await site.RunAsync(full: true);
            Check(run, Warm, run.Unchanged);
            // The compiler works beside, a tenth of a second behind.
            await Task.Delay(300);
        }
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"u{i:D6}");

    private static void Check(RunRow run, int expected, long found)
    {
        if (run.Outcome != "good" || found < expected)
        {
            throw new InvalidOperationException($"{run.Kind} ended {run.Outcome} with {found} of {expected}: {run.Message} {run.Details}");
        }
    }

    private static void Tell(string what, double value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {what}: {value:F2}"));

    private static double PeakMiB() => long.Parse(
        File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;

    /// <summary>Seconds of CPU so far. A process that ended counts with whoever waited for it.</summary>
    private static (double PostgreSql, double Slapd, double Program) Cpu(PrivatePostgreSql server, PrivateSlapd slapd)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => int.TryParse(n, out _)).Select(Stat).OfType<string[]>().ToList();
        var postgres = server.ProcessId?.ToString(CultureInfo.InvariantCulture);
        return (all.Where(s => s[0] == postgres || s[3] == postgres).Sum(s => Ticks(s, 13, 14) + (s[0] == postgres ? Ticks(s, 15, 16) : 0)),
            all.Where(s => s[0] == slapd.ProcessId?.ToString(CultureInfo.InvariantCulture)).Sum(s => Ticks(s, 13, 14)), Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds);

        static double Ticks(string[] stat, params int[] at) => at.Sum(i => long.Parse(stat[i], CultureInfo.InvariantCulture)) / 100.0;

        static string[]? Stat(string pid)
        {
            try
            {
                // The name in brackets may hold spaces.
                var text = File.ReadAllText($"/proc/{pid}/stat");
                return [pid, "", .. text[(text.LastIndexOf(')') + 2)..].Split(' ')];
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private static async Task<double> SearchAsync(PrivateSlapd slapd, (string Base, string Filter, string[] Attributes)[] searches)
    {
        var watch = Stopwatch.StartNew();
        foreach (var (at, filter, attributes) in searches)
        {
            await PrivateSlapd.RunAsync(
                null, "/usr/bin/env",
                ["sh", "-c", "LDAPTLS_CACERT=\"$1\" ldapsearch -x -LLL -H \"$2\" -D \"$3\" -w \"$4\" -b \"$5\" -E pr=1000/noprompt \"$6\" $7 > /dev/null", "sh",
                    slapd.CaFile, slapd.Url, PrivateSlapd.Reader, PrivateSlapd.Password, at, filter, string.Join(' ', attributes)]);
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static string Generate(int people)
    {
        var text = new StringBuilder();
        for (var i = 0; i < people; i++)
        {
            text.Append(PrivateSlapd.Person(Name(i), string.Create(
                CultureInfo.InvariantCulture, $"displayName: Person {i}\nmail: {Name(i)}@example.org\ndepartmentNumber: D{i % 200}\npreferredLanguage: de\nemployeeNumber: CARD{i:D8}")));
        }

        var groups = Math.Max(people / 500, 2);
        for (var g = 0; g < groups; g++)
        {
            text.Append(PrivateSlapd.Group($"group{g}", [.. Enumerable.Range(0, people).Where(i => i % groups == g || (i / 7) % groups == g).Select(i => PrivateSlapd.Dn(Name(i)))]));
        }

        return text.ToString();
    }

    /// <summary>One directory and the database that it goes into.</summary>
    private sealed class Site
    {
        private readonly DirectoryRepository _rows;
        private readonly ReplicationRunner _runner;
        private readonly DirectoryOptions _options;

        public Site(IDatabase database, PrivateSlapd slapd)
        {
            var (ids, time) = (new IdGenerator(TimeProvider.System), TimeProvider.System);
            _options = new DirectoryOptions
            {
                Name = "bench", Servers = [LdapServer.Parse(slapd.Url)!], BaseDn = $"ou=people,{PrivateSlapd.Suffix}", GroupBaseDn = $"ou=groups,{PrivateSlapd.Suffix}",
                BindDn = PrivateSlapd.Reader, Password = PrivateSlapd.Password, Connection = new LdapSettings { TrustedCas = slapd.Certificates.Trust }, Map = new MapOptions { Cards = ["employeeNumber"] },
            };
            _rows = new DirectoryRepository(database, ids, time);
            var connectors = new DirectoryConnectors([_options], _rows, new NoSealer(), time);
            _runner = new ReplicationRunner(
                database, _rows, new DirectoryPeople(database, ids), new DirectoryGroups(database, ids), new PersonRepository(database), connectors, new Keys(), ids,
                DataServices.Outbox(database, time, NullLogger.Instance), time, NullLogger<ReplicationRunner>.Instance);
            var plan = DirectoryPlan.Of(_options, new Identity.Replication.RootDse());
            Plan =
            [
                (plan.People.BaseDn, "(objectClass=inetOrgPerson)", [.. plan.People.Attributes]), (plan.Groups!.BaseDn, "(objectClass=groupOfNames)", [.. plan.Groups.Attributes]),
            ];
        }

        public (string Base, string Filter, string[] Attributes)[] Plan { get; }

        public async Task<(RunRow Run, double Seconds)> RunAsync(bool full)
        {
            var row = await _rows.EnsureAsync(Organisation, _options.Name, default);
            var claim = await _rows.TakeAsync(row.Id, "bench", RunState.Lease, default) ?? throw new InvalidOperationException("a run is under way");
            var watch = Stopwatch.StartNew();
            var run = await _runner.RunAsync(_options, claim, new RunRequest(full, false, false, "bench"), null, default);
            return (run, watch.Elapsed.TotalSeconds);
        }
    }

    private sealed class Keys : IHashKeys
    {
        public KeyRing Current { get; } = new([KeyRing.Generate("k1", DateTimeOffset.UnixEpoch)], DateTimeOffset.UnixEpoch);
    }

    private sealed class NoSealer : ISecretSealer
    {
        public byte[] Seal(string text) => throw new NotSupportedException();

        public string Open(ReadOnlySpan<byte> sealedText) => throw new NotSupportedException();
    }
}
