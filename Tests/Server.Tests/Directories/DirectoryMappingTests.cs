using System.Net;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>A mapping that is set by REST.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class DirectoryMappingTests(Db db) : DirectorySiteFixture(db, "")
{
    [Test]
    public async Task Mapping_is_set_while_the_server_runs_and_the_next_run_reads_everybody_by_it()
    {
        var schedule = Schedule;
        await Slapd.ChangeAsync(PrivateSlapd.Person("mapped", "title: Boss\ndisplayName: M. Apped"));
        Assert.That(await NameAsync(), Is.EqualTo("M. Apped"));
        var (status, body) = await CallAsync(HttpMethod.Put, "/api/v1/directories/corp/mapping", new { displayName = " {uid} ({title}) | cn", cards = "pager; roomNumber" });
        Assert.That((status, body.GetProperty("displayName").GetString(), body.GetProperty("userName").ValueKind), Is.EqualTo((HttpStatusCode.OK, "{uid} ({title}) | cn", System.Text.Json.JsonValueKind.Null)));
        Assert.That(await NameAsync(), Is.EqualTo("mapped (Boss)"));
        foreach (var (input, told) in new (object, string)[]
        {
            (new { displayName = "{" }, "displayName: "), (new { userName = "none" }, "userName: can't be empty"), (new { cards = "a b" }, "cards: 'a b' is no name of an attribute"),
            (new { cardRule = "nonsense" }, "cardRule: "), (new { realm = "a\u0000b" }, "realm: contains a control character"), (new { email = new string('x', 600) }, "email: longer"),
        })
        {
            (status, body) = await CallAsync(HttpMethod.Put, "/api/v1/directories/corp/mapping", input);
            Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), told);
            Assert.That(body.GetProperty("detail").GetString(), Does.StartWith(char.ToUpperInvariant(told[0]) + told[1..]).Or.StartWith(told));
        }

        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/directories/corp/mapping", new { filter = "x" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/directories/corp/mapping", token: await TokenAsync("monitor"))).Body.GetProperty("cards").GetString(), Is.EqualTo("pager; roomNumber"));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/directories/corp/mapping", new { }, await TokenAsync("monitor"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        await CallAsync(HttpMethod.Put, "/api/v1/directories/corp/mapping", new { });
        Assert.That(await NameAsync(), Is.EqualTo("M. Apped"));

        async Task<string?> NameAsync()
        {
            await CallAsync(HttpMethod.Post, "/api/v1/directories/corp/replicate", new { });
            Assert.That(await schedule.RoundAsync(default), Is.True);
            return (await CallAsync(HttpMethod.Get, "/api/v1/users/mapped")).Body.GetProperty("displayName").GetString();
        }
    }
}
