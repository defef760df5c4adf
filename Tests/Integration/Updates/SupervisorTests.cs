using System.Net;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Sqlite;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Integration.Updates;

/// <summary>A supervisor as a real process: it runs what counts, tries what is new, goes back by itself, wherever it is killed, and loses nothing of the database.</summary>
[Parallelizable(ParallelScope.All)] // Each has folders and processes of its own, and waits most of the time.
internal sealed class SupervisorTests
{
    [TestCase(0)]
    [TestCase(1)]
    public async Task Good_version_takes_over_wherever_the_supervisor_is_killed(int migrations)
    {
        await using var site = new SupervisedSite();
        await DatabaseAsync(site, 3);
        Assert.That(await site.TakeAsync("1.0.0", site.Fake()), Does.Contain("is in place"));
        Assert.That(site.Current, Is.EqualTo("1.0.0"));
        site.Begin();
        await site.SaidAsync("ready https=1");
        Assert.That(await site.TakeAsync("2.0.0", site.Fake(migrations, prepare: "sleep 0.5", serve: "sleep 0.5; " + SupervisedSite.Serves(2))), Does.Contain("tries it now"));

        // While it is looked at, while the one before ends and the copy is made, while it prepares, and once it may open.
        string[] steps = migrations == 0 ? ["2.0.0 check", "2.0.0 serve plain", "2.0.0 opened"] : ["2.0.0 check", "1.0.0 audit", "2.0.0 serve audited", "2.0.0 opened"];
        foreach (var step in steps)
        {
            var before = step == steps[0] ? 0 : site.Steps.Length;
            await site.UntilAsync(() => site.Steps.Skip(before).Any(s => s.StartsWith(step, StringComparison.Ordinal)), step);
            site.Kill();
            site.Begin();
        }

        await site.SaidAsync("ready https=2");
        await site.UntilAsync(() => site.Current == "2.0.0", "the new version is current");
        await Task.Delay(200);
        Assert.That(site.Steps[^1], Does.StartWith("2.0.0"), "nothing else was started since");
        Assert.That(await site.ScalarAsync("select count(*) from page"), Is.EqualTo(3));
        Assert.That(File.Exists(Path.Combine(site.Data, "copytrack.db.before")), Is.False);
        Assert.That(await site.EndAsync(), Is.Zero);
    }

    [Test]
    public async Task Versions_that_end_hang_or_do_not_fit_are_rolled_back_with_the_database_as_it_was()
    {
        await using var site = new SupervisedSite("--Updates:TrialSeconds=2");
        await DatabaseAsync(site, 5);
        await site.TakeAsync("1.0.0", site.Fake());
        site.Begin();
        await site.SaidAsync("ready https=1");
        var ruin = $"echo ruined > '{site.Data}/copytrack.db'; echo more > '{site.Data}/copytrack.db-wal'";

        await site.TakeAsync("1.1.0", site.Fake(migrations: 1, prepare: ruin + "; exit 9"));
        await site.SaidAsync("version 1.1.0 is rolled back: it ended 3 times before it had reported");
        Assert.That(site.Steps.Count(s => s == "1.1.0 serve audited"), Is.EqualTo(3));

        await site.TakeAsync("1.2.0", site.Fake(migrations: 2, prepare: ruin + "; exec sleep 60"));
        await site.SaidAsync("version 1.2.0 is rolled back: it was not ready within 2 s");

        await site.TakeAsync("1.3.0", site.Fake(serve: "exec sleep 60"));
        await site.SaidAsync("version 1.3.0 is rolled back: it was not ready within 2 s");

        var serving = site.Steps.Length;
        await site.TakeAsync("1.4.0", "#!/bin/sh\n[ $1 = --help ] && exit 0\necho 'Updates:New: there is no such setting' >&2\nexit 2\n");
        await site.SaidAsync("version 1.4.0 is rolled back: it does not fit here: Updates:New: there is no such setting");

        Assert.That(await site.ScalarAsync("select count(*) from page"), Is.EqualTo(5));
        await site.UntilAsync(() => site.Steps[^1] == "1.0.0 serve ", "the one before serves");
        Assert.That((site.Current, site.Runs), Is.EqualTo(("1.0.0", true)));
        Assert.That(site.Steps.Skip(serving).Where(s => s.Contains("serve", StringComparison.Ordinal)).Count(), Is.LessThanOrEqualTo(1), "what does not fit never ended the one that serves");
        Assert.That(await site.TakeAsync("1.0.5", site.Fake()), Does.Contain("tries it now"));
        await site.SaidAsync("version 1.0.5 is ready and stays");
        Assert.That(await site.EndAsync(), Is.Not.Negative);
    }

    [Test]
    public async Task Version_that_would_change_a_database_of_postgresql_is_left_to_the_operator_and_a_changed_file_is_not_run()
    {
        await using var site = new SupervisedSite("--Data:Provider=postgres", "--Data:ConnectionString=Host=none");
        await site.TakeAsync("1.0.0", site.Fake());
        site.Begin();
        await site.SaidAsync("ready https=1");
        await site.TakeAsync("1.1.0", site.Fake(migrations: 2));
        await site.SaidAsync("version 1.1.0 is rolled back: it would change the database by 2 migrations, and on PostgreSQL that is not done by itself");
        Assert.That(site.Steps.Count(s => s.Contains("serve", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(await site.VerbAsync(false, "update", "back", "--root", site.Root), Does.Contain("stop it first"));
        Assert.That(await site.VerbAsync(false, "supervise", "--root", site.Root), Does.Contain("another supervisor has"));
        Assert.That(await site.EndAsync(), Is.Not.Negative);

        Assert.That(await site.TakeAsync("1.1.0", site.Fake(migrations: 2)), Does.Contain("is in place"), "by hand, with the service stopped, as the page says");
        await File.AppendAllTextAsync(Path.Combine(site.Root, "1.1.0", "copytrack"), "# changed\n");
        site.Settings = [.. site.Settings.Where(s => !s.StartsWith("--Data:Provider", StringComparison.Ordinal))];
        site.Begin();
        await site.SaidAsync("version 1.1.0 does not run any more: its files are not those that were signed");
        await site.SaidAsync("the installed version");
        await site.UntilAsync(() => site.Said.Contains("ready https=", StringComparison.Ordinal) && site.Port > 1, "the installed program serves");
    }

    [Test]
    public async Task Service_manager_ends_the_supervisor_with_all_that_it_started_and_starts_it_again_when_its_server_dies()
    {
        // What Server/packaging/copytrack.service has systemd do: TERM to the supervisor alone (KillMode=mixed), a new start after whatever end (Restart=always).
        await using var site = new SupervisedSite();
        site.Begin();
        await site.SaidAsync("ready https=");
        var server = site.Started.Single();
        Assert.That(server, Is.Not.EqualTo(site.Supervisor.Id));

        using (var dying = System.Diagnostics.Process.GetProcessById(server))
        {
            dying.Kill();
        }

        Assert.That(site.Supervisor.WaitForExit(TimeSpan.FromSeconds(20)), Is.True, "a server that is gone takes its supervisor with it");
        Assert.That(site.Supervisor.ExitCode, Is.Not.Zero, "the service manager sees a failure");
        Assert.That(site.Started, Is.Empty);

        site.Begin();
        await site.UntilAsync(() => site.Said.Split("ready https=").Length == 3, "it serves again");
        var began = DateTimeOffset.UtcNow;
        Assert.That(await site.EndAsync(), Is.Zero, site.Said);
        Assert.That(DateTimeOffset.UtcNow - began, Is.LessThan(TimeSpan.FromSeconds(40)), "within TimeoutStopSec");
        Assert.That(site.Started, Is.Empty, "nothing is left for the service manager to kill");

        // A server that does not end by itself: what TimeoutStopSec and the last KILL to the whole group leave behind is nothing, and the next start finds the folder free.
        await site.TakeAsync("1.0.0", site.Fake(serve: "trap '' TERM; echo 'ready https=1 terminals=1'; while :; do sleep 1; done"));
        site.Begin();
        await site.UntilAsync(() => site.Said.Contains("ready https=1 ", StringComparison.Ordinal), "the stubborn one serves");
        began = DateTimeOffset.UtcNow;
        Assert.That(await site.EndAsync(), Is.Not.Zero);
        Assert.That(DateTimeOffset.UtcNow - began, Is.LessThan(TimeSpan.FromSeconds(40)), "the supervisor ends it before the service manager would");
        await site.UntilAsync(() => site.Started.Length == 0, "it is gone");
    }

    [Test]
    public async Task Real_server_serves_again_with_all_its_data_after_a_version_that_never_gets_ready_and_makes_room_for_a_good_one()
    {
        await using var site = new SupervisedSite("--Updates:TrialSeconds=30");
        await File.WriteAllTextAsync(site.In("users.csv"), "username,displayName,cards\nanna,Anna A,04A1\nbert,Bert B,04B2\n");
        site.Begin();
        await site.SaidAsync("ready https=");
        await site.VerbAsync(true, ["import", "users", site.In("users.csv"), $"--Data:Directory={site.Data}"]);

        // It drops what it finds, as broken migrations could, and never opens.
        await site.TakeAsync("1.1.0", site.Fake(migrations: 1, prepare: $"head -c 20000 /dev/zero > '{site.Data}/copytrack.db'; rm -f '{site.Data}'/copytrack.db-*; exit 1"));
        await site.SaidAsync("version 1.1.0 is rolled back");
        await site.UntilAsync(() => site.Said.Split("ready https=").Length == 3, "the installed version serves again");
        Assert.That(await site.ScalarAsync("select count(*) from person"), Is.EqualTo(2));
        Assert.That(await ReadyAsync(site), Is.EqualTo(HttpStatusCode.OK));

        await site.TakeAsync("1.2.0", SupervisedSite.Real);
        await site.SaidAsync("version 1.2.0 is ready and stays");
        Assert.That(await ReadyAsync(site), Is.EqualTo(HttpStatusCode.OK));
        Assert.That((site.Current, await site.ScalarAsync("select count(*) from person")), Is.EqualTo(("1.2.0", 2L)));
        Assert.That(await site.EndAsync(), Is.Zero, site.Said);
    }

    [Test]
    public async Task Real_server_migrates_checks_the_ledger_and_opens_beside_no_copy_any_more()
    {
        await using var site = new SupervisedSite();
        DapperTypes.Register();
        var known = Migration.For(Dialect.Sqlite);
        await using (var database = new SqliteDatabase(site.Data, NullLogger.Instance))
        {
            await new MigrationRunner(database, TimeProvider.System, [.. known.Take(known.Length - 1)]).RunAsync(default);
        }

        await site.TakeAsync("1.0.0", site.Fake());
        site.Begin();
        await site.SaidAsync("ready https=1");
        await site.TakeAsync("1.1.0", SupervisedSite.Real);
        await site.SaidAsync("version 1.1.0 has changed the database and opens now; from here on nothing goes back by itself");
        await site.UntilAsync(() => site.Port > 1, "it is ready");
        Assert.That(await ReadyAsync(site), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await site.ScalarAsync("select count(*) from schema_migration"), Is.EqualTo(known.Length));
        Assert.That(Directory.GetFiles(site.Data, "*.before*"), Is.Empty);
        Assert.That(site.Steps, Has.One.EqualTo("1.0.0 audit "), "the ledger was looked at before");
        Assert.That(await site.EndAsync(), Is.Zero, site.Said);
    }

    private static async Task DatabaseAsync(SupervisedSite site, int pages)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(site.Data, "copytrack.db")};Pooling=false");
        await connection.ExecuteAsync("pragma journal_mode = wal; create table page (id integer primary key)");
        for (var page = 1; page <= pages; page++)
        {
            await connection.ExecuteAsync("insert into page values (@page)", new { page });
        }
    }

    private static async Task<HttpStatusCode> ReadyAsync(SupervisedSite site)
    {
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var client = new HttpClient(handler);
        using var answer = await client.GetAsync(new Uri($"https://localhost:{site.Port}/health/ready"));
        return answer.StatusCode;
    }
}
