using System.Net;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>Asking for runs by REST; the schedule takes them up and then goes on by itself.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class DirectoryAskingTests(Db db) : DirectorySiteFixture(db, PrivateSlapd.Person("walter"))
{
    [Test]
    public async Task Run_is_asked_for_taken_up_recorded_and_followed_by_others()
    {
        var schedule = Schedule;
        var (status, body) = await CallAsync(HttpMethod.Get, "/api/v1/directories");
        Assert.That((status, body.GetProperty("items")[0].GetProperty("automatic").GetBoolean()), Is.EqualTo((HttpStatusCode.OK, false)));
        Assert.That(await schedule.RoundAsync(default), Is.False, "nothing begins by itself before somebody asked for a first run");

        DirectoryRepository rows = Services.GetRequiredService<DirectoryRepository>();
        DirectoryRow row = (await rows.FindAsync(OrganisationRepository.DefaultId, "corp", default))!;
        await rows.WantAsync(row.Id, "dryRun", default);
        Assert.That(await schedule.RoundAsync(default), Is.True);
        var dry = Services.GetRequiredService<CopyTrack.Server.Directories.DryRunLines>().Of(row.Id)!.Shown;
        Assert.That((dry.Count, dry.Lines[0].Sign, dry.Lines[0].Who), Is.EqualTo((1, '+', "walter")), "who would come, to be shown on the page");
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users/walter")).Status, Is.EqualTo(HttpStatusCode.NotFound), "and nobody came");
        Assert.That(await schedule.RoundAsync(default), Is.False, "no real run follows on its heels");

        (status, _) = await CallAsync(HttpMethod.Post, "/api/v1/directories/corp/replicate", new { full = true });
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await schedule.RoundAsync(default), Is.True);
        (_, body) = await CallAsync(HttpMethod.Get, "/api/v1/directories/CORP/runs?limit=1");
        var run = body.GetProperty("items")[0];
        Assert.That((run.GetProperty("outcome").GetString(), run.GetProperty("added").GetInt64(), run.GetProperty("startedBy").GetString()), Is.EqualTo(("good", 1L, "asked")));
        Assert.That(await schedule.RoundAsync(default), Is.False, "the next look is not due yet");
        (_, body) = await CallAsync(HttpMethod.Get, "/api/v1/directories");
        Assert.That(body.GetProperty("items")[0].GetProperty("automatic").GetBoolean(), Is.True);
        (_, body) = await CallAsync(HttpMethod.Get, "/api/v1/users/walter");
        Assert.That((body.GetProperty("source").GetString(), body.GetProperty("directoryEnabled").GetBoolean()), Is.EqualTo(("directory:corp", true)));

        await Slapd.DeleteAsync(PrivateSlapd.Dn("walter"));
        await Slapd.ChangeAsync(PrivateSlapd.Person("xenia") + PrivateSlapd.Person("yann"));
        await rows.WantAsync(row.Id, "changes", default);
        Assert.That(await schedule.RoundAsync(default), Is.True);
        (_, body) = await CallAsync(HttpMethod.Get, "/api/v1/directories/corp/runs");
        run = body.GetProperty("items")[0];
        Assert.That((run.GetProperty("kind").GetString(), run.GetProperty("outcome").GetString(), run.GetProperty("added").GetInt64()), Is.EqualTo(("changes", "refused", 2L)), "one of one is more than 60 %");
        Assert.That(run.GetProperty("message").GetString(), Does.StartWith("1 of 1 people (100 %) would be deactivated"));
    }

    [Test]
    public async Task Unknown_directory_and_small_roles_are_refused()
    {
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/directories/nope/replicate", new { })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/directories/corp/replicate", new { }, await TokenAsync("monitor"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/directories/corp/runs", token: await TokenAsync("manager"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }
}
