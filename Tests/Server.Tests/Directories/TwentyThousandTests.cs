using System.Diagnostics;
using System.Globalization;
using System.Text;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>A day with 20,000 people in a real OpenLDAP over LDAPS, whose server is killed in the middle of runs.</summary>
internal sealed class TwentyThousandTests() : ReplicationFixture(Db.PostgreSql)
{
    private const int People20K = 20_000, Groups = 100;

    [Test]
    public async Task Day_of_a_large_directory()
    {
        await using var slapd = await PrivateSlapd.StartAsync(Generate());
        Directory = OptionsOf(slapd, slapd.Url) with { PageSize = 1000, Removal = new RemovalLimits { Percent = 10, Count = 5000 } };

        // The server dies while the first listing runs: what came stays, and the next run brings the rest.
        var killed = await RunKillingAsync(slapd, 5000);
        Assert.That((killed.Outcome, killed.Deactivated), Is.EqualTo(("failed", 0L)));
        var (run, _) = await RunAsync();
        Assert.That((run.Outcome, run.Kind, run.Seen), Is.EqualTo(("good", "full", (long)People20K)), run.Message);
        Assert.That(await CountAsync("select count(*) from person where org_id = @OrgId and directory_enabled = 1"), Is.EqualTo(People20K));
        Assert.That(await CountAsync("select count(*) from person_group g join person p on p.id = g.person_id where p.org_id = @OrgId"), Is.EqualTo(2 * People20K));
        Assert.That(await CountAsync("select count(*) from card where org_id = @OrgId"), Is.EqualTo(People20K));

        // A morning of changes: 50 of each kind.
        var kept = (await PersonAsync("u00100")).Row.Id;
        var day = new StringBuilder();
        for (var i = 0; i < 50; i++)
        {
            day.Append(CultureInfo.InvariantCulture, $"dn: {PrivateSlapd.Dn($"u{100 + i:D5}")}\nchangetype: modrdn\nnewrdn: uid=renamed{i:D5}\ndeleteoldrdn: 1\n\n");
            day.Append(CultureInfo.InvariantCulture, $"dn: {PrivateSlapd.Dn($"u{200 + i:D5}")}\nchangetype: modrdn\nnewrdn: uid=u{200 + i:D5}\ndeleteoldrdn: 1\nnewsuperior: ou=left,{PrivateSlapd.Suffix}\n\n");
            day.Append(CultureInfo.InvariantCulture, $"dn: {PrivateSlapd.Dn($"u{300 + i:D5}")}\nchangetype: delete\n\n");
            day.Append(CultureInfo.InvariantCulture, $"dn: {PrivateSlapd.Dn($"u{400 + i:D5}")}\nchangetype: modify\nreplace: mail\nmail: changed{i}@example.org\n\n");
        }

        await slapd.ChangeAsync(day.ToString());
        (run, _) = await RunAsync();
        Assert.That((run.Kind, run.Outcome, run.Deactivated), Is.EqualTo(("changes", "good", 100L)), run.Message);
        Assert.That((await PersonAsync("renamed00000")).Row.Id, Is.EqualTo(kept));
        Assert.That((await PersonAsync("u00400")).Row.Email, Is.EqualTo("changed0@example.org"));

        // Killed again in the middle of a full listing: nobody goes, and the next listing finds everything right.
        killed = await RunKillingAsync(slapd, null);
        Assert.That((killed.Outcome, killed.Deactivated), Is.EqualTo(("failed", 0L)));
        Assert.That(await CountAsync("select count(*) from person where org_id = @OrgId and directory_enabled = 1"), Is.EqualTo(People20K - 100));
        var watch = Stopwatch.StartNew();
        (run, _) = await RunAsync(full: true);
        Assert.That((run.Outcome, run.Added, run.Deactivated, run.Unchanged), Is.EqualTo(("good", 0L, 0L, (long)People20K - 100)), run.Message);
        TestContext.Out.WriteLine($"full listing without changes: {watch.ElapsedMilliseconds} ms");
    }

    /// <summary>Kills the server when so many people have come (null: as soon as people are read), and starts it again.</summary>
    private async Task<RunRow> RunKillingAsync(PrivateSlapd slapd, int? after)
    {
        var (seen, kill, usual) = (0, Task.CompletedTask, Directory);
        // In pages: a whole answer in one would be in the sockets' buffers already.
        Directory = Directory with { Changes = "modifyTimestamp" };
        var row = await Rows.EnsureAsync(OrgId, Directory.Name, default);
        var claim = await Rows.TakeAsync(row.Id, "test", RunState.Lease, default) ?? throw new AssertionException("a run is under way");
        var running = Runner(new ToldTopics()).RunAsync(Directory, claim, new RunRequest(true, false, false, "test"), _ => kill = ++seen == after ? slapd.KillAsync() : kill, default);
        if (after is null)
        {
            // The second time nobody comes, so the progress in the record tells.
            while ((await Rows.RunsAsync(row.Id, null, 1, default))[0].Phase != "people")
            {
                await Task.Delay(5);
            }

            await slapd.KillAsync();
        }

        var run = await running;
        await kill;
        await slapd.StartAgainAsync();
        Directory = usual;
        return run;
    }

    private Task<long> CountAsync(string sql) => Database.ReadAsync((c, ct) => Dapper.SqlMapper.ExecuteScalarAsync<long>(c, sql, new { OrgId }), default);

    private static string Generate()
    {
        var text = new StringBuilder();
        for (var i = 0; i < People20K; i++)
        {
            text.Append(PrivateSlapd.Person($"u{i:D5}", $"displayName: Person {i}\nmail: u{i}@example.org\ndepartmentNumber: D{i % 40}\nemployeeNumber: CARD{i:D6}"));
        }

        for (var g = 0; g < Groups; g++)
        {
            text.Append(PrivateSlapd.Group($"g{g:D3}", [.. Enumerable.Range(0, People20K).Where(i => i % Groups == g || (i + 1) % Groups == g).Select(i => PrivateSlapd.Dn($"u{i:D5}"))]));
        }

        return text.ToString();
    }
}
