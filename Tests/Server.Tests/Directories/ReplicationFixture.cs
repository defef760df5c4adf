using System.Collections.Immutable;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Imports;
using CopyTrack.TestKit.Ldap;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>Replication on both databases; every test has an organisation and a directory of its own.</summary>
internal abstract class ReplicationFixture(Db db) : ImportFixture(db)
{
    protected MovingTime Time { get; } = new();

    protected DirectoryOptions Directory { get; set; } = null!;

    protected ToldTopics Told { get; private set; } = null!;

    protected int MembersInMemory { get; set; } = MemberIndex.Max;

    protected DirectoryRepository Rows => new(Database, Ids, Time);

    internal static DirectoryOptions OptionsOf(PrivateSlapd slapd, string url) => new()
    {
        Name = "corp", Servers = [LdapServer.Parse(url)!], BaseDn = $"ou=people,{PrivateSlapd.Suffix}", GroupBaseDn = $"ou=groups,{PrivateSlapd.Suffix}",
        BindDn = PrivateSlapd.Reader, Password = PrivateSlapd.Password,
        Connection = new LdapSettings { TrustedCas = slapd.Certificates.Trust, ConnectTimeout = TimeSpan.FromSeconds(5), ReplyTimeout = TimeSpan.FromSeconds(10) },
        Map = new MapOptions { Cards = ["employeeNumber", "roomNumber"] }, Removal = new RemovalLimits { Percent = 60, Count = 1000 }, PageSize = 7,
    };

    /// <summary>Runs as the command line would.</summary>
    protected async Task<(RunRow Run, string[] Lines)> RunAsync(bool full = false, bool dryRun = false, bool allow = false, CancellationToken cancellationToken = default)
    {
        Told = new ToldTopics();
        var row = await Rows.EnsureAsync(OrgId, Directory.Name, default);
        var claim = await Rows.TakeAsync(row.Id, "test", RunState.Lease, default) ?? throw new AssertionException("a run is under way");
        var lines = new List<string>();
        var run = await Runner(Told).RunAsync(Directory, claim, new RunRequest(full, dryRun, allow, "test"), line => lines.Add(line.ToString()), cancellationToken);
        return (run, [.. lines]);
    }

    protected ReplicationRunner Runner(IOutbox outbox)
    {
        var (people, groups) = (new DirectoryPeople(Database, Ids), new DirectoryGroups(Database, Ids));
        var connectors = new DirectoryConnectors([Directory], Rows, Get<ISecretSealer>(), Time);
        return new ReplicationRunner(Database, Rows, people, groups, People, connectors, Get<IHashKeys>(), Ids, outbox, Time, NullLogger<ReplicationRunner>.Instance)
        {
            MembersInMemory = MembersInMemory,
        };
    }

    protected async Task<PersonState?> FindAsync(string name) => await People.FindWholeAsync(OrgId, name, default);

    protected static IEnumerable<string> GroupsOf(PersonState person) => person.Groups.Select(g => g.GroupName);

    /// <summary>Time that stands still unless it is moved.</summary>
    protected sealed class MovingTime : TimeProvider
    {
        private long _ticks = DateTimeOffset.UtcNow.UtcTicks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref _ticks, 10), TimeSpan.Zero);

        public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
