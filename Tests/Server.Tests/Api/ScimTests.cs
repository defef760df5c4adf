using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Api;

/// <summary>Provisioning over HTTP, on both databases, with what Entra ID and Okta send.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ScimTests(Db db) : SiteFixture(db)
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:User", Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", Own = "urn:copytrack:params:scim:schemas:extension:2.0:User";
    private string _token = "";

    [OneTimeSetUp]
    public async Task TokenAsync() => _token = await TokenAsync(Roles.Provisioner);

    [Test]
    public async Task Person_comes_changes_is_switched_off_and_goes()
    {
        var (status, made, headers) = await AskAsync("POST", "/Users", """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"e-1","userName":"sue","active":true,"name":{"givenName":"Sue","familyName":"Storm"},"nickName":"ignored",
             "emails":[{"primary":false,"type":"home","value":"home@example.org"},{"primary":true,"type":"work","value":"sue@example.org"}],
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Lab","costCenter":"77"},
             "urn:copytrack:params:scim:schemas:extension:2.0:User":{"principal":"sue@ACME.TEST","cards":["AA:BB:CC:01"]}}
            """);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), made.ToJsonString());
        var id = made["id"]!.GetValue<string>();
        Assert.That((made["displayName"]!.GetValue<string>(), made["emails"]![0]!["value"]!.GetValue<string>(), made[Enterprise]!["department"]!.GetValue<string>(), made[Own]!["principal"]!.GetValue<string>()),
            Is.EqualTo(("Sue Storm", "sue@example.org", "Lab", "sue@ACME.TEST")));
        Assert.That(made.ToJsonString(), Does.Not.Contain("AABBCC01").And.Not.Contain("AA:BB"), "cards are taken and never shown");
        Assert.That(headers.Location!.ToString(), Does.EndWith($"/scim/v2/Users/{id}"));
        Assert.That(headers.ETag!.ToString(), Is.EqualTo(made["meta"]!["version"]!.GetValue<string>()));
        Assert.That((await PersonOfCardAsync("AABBCC01"))!.UserName, Is.EqualTo("sue"));

        // Entra ID switches people off like this.
        (status, var patched, _) = await AskAsync("PATCH", $"/Users/{id}", """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"},{"op":"Add","path":"emails[type eq \"work\"].value","value":"new@example.org"},{"op":"replace","path":"name.formatted","value":"Sue Richards"}]}""");
        Assert.That((status, patched["active"]!.GetValue<bool>(), patched["emails"]![0]!["value"]!.GetValue<string>(), patched["displayName"]!.GetValue<string>()), Is.EqualTo((HttpStatusCode.OK, false, "new@example.org", "Sue Richards")));
        Assert.That((await PersonOfCardAsync("AABBCC01"))!.Enabled, Is.False, "who is switched off opens nothing");
        Assert.That(patched["meta"]!["version"]!.GetValue<string>(), Is.Not.EqualTo(made["meta"]!["version"]!.GetValue<string>()));

        (status, var put, _) = await AskAsync("PUT", $"/Users/{id}", """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"sue.richards","displayName":"S","active":true}""");
        Assert.That((status, put["userName"]!.GetValue<string>(), put["emails"], put["externalId"]), Is.EqualTo((HttpStatusCode.OK, "sue.richards", (JsonNode?)null, (JsonNode?)null)));
        Assert.That((await PersonOfCardAsync("AABBCC01"))!.UserName, Is.EqualTo("sue.richards"), "a client that does not speak of cards takes none away");
        Assert.That((await AskAsync("DELETE", $"/Users/{id}")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await AskAsync("GET", $"/Users/{id}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await PersonOfCardAsync("AABBCC01"), Is.Null);
        Assert.That(await Database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select (select count(*) from card where person_id = @id) + (select count(*) from scim_user where person_id = @id)", new { id = long.Parse(id, System.Globalization.CultureInfo.InvariantCulture) }), default), Is.Zero);
    }

    [Test]
    public async Task Lists_are_filtered_and_paged()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await AskAsync("POST", "/Users", $$"""{"schemas":["{{Core}}"],"userName":"page{{i}}","externalId":"x{{i}}","active":{{(i % 2 == 0 ? "true" : "false")}}}""")).Status, Is.EqualTo(HttpStatusCode.Created));
        }

        Assert.That(await NamesAsync("filter=" + Uri.EscapeDataString("userName eq \"PAGE3\"")), Is.EqualTo(["page3"]));
        Assert.That(await NamesAsync("filter=" + Uri.EscapeDataString("externalId eq \"x2\" and active eq true")), Is.EqualTo(["page2"]));
        Assert.That(await NamesAsync("filter=" + Uri.EscapeDataString("userName sw \"page\" and active eq false")), Is.EqualTo(["page1", "page3"]));
        Assert.That(await NamesAsync("filter=" + Uri.EscapeDataString("userName sw \"page\"") + "&startIndex=2&count=2"), Is.EqualTo(["page1", "page2"]));
        Assert.That(await NamesAsync("filter=" + Uri.EscapeDataString("userName eq \"nobody\"")), Is.Empty);
        var (_, none, _) = await AskAsync("GET", "/Users?count=0");
        Assert.That(none["Resources"]!.AsArray(), Is.Empty);
        var total = none["totalResults"]!.GetValue<int>();
        Assert.That(total, Is.GreaterThanOrEqualTo(5));
        string[] pages = [.. await NamesAsync("startIndex=1&count=2"), .. await NamesAsync($"startIndex=3&count={total}")];
        Assert.That(pages, Is.Unique);
        Assert.That(pages, Has.Length.EqualTo(total));
        Assert.That(await NamesAsync("count=500"), Does.Not.Contain("anna"), "people that others manage are not shown");
    }

    [Test]
    public async Task Groups_name_people_and_give_rights()
    {
        var one = await AddAsync("g1");
        var two = await AddAsync("g2");
        var (status, group, _) = await AskAsync("POST", "/Groups", $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Printers","externalId":"ext","members":[{"value":"{{one}}"}]}""");
        Assert.That((status, group["members"]!.AsArray().Count), Is.EqualTo((HttpStatusCode.Created, 1)), group.ToJsonString());
        var id = group["id"]!.GetValue<string>();
        Assert.That(await GroupsOfAsync("g1"), Is.EqualTo(["Printers"]));
        Assert.That((await AskAsync("POST", "/Groups", """{"displayName":"PRINTERS"}""")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        // Both spellings of a removal are in use.
        Assert.That((await AskAsync("PATCH", $"/Groups/{id}", $$"""{"Operations":[{"op":"Add","path":"members","value":[{"value":"{{two}}"}]},{"op":"Remove","path":"members[value eq \"{{one}}\"]"}]}""")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await GroupsOfAsync("g1"), await GroupsOfAsync("g2")), Is.EqualTo((Array.Empty<string>(), new[] { "Printers" })));
        Assert.That((await AskAsync("PATCH", $"/Groups/{id}", $$$"""{"Operations":[{"op":"replace","value":{"displayName":"Copiers"}},{"op":"add","path":"members","value":[{"value":"{{{one}}}"}]}]}""")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await GroupsOfAsync("g1"), await GroupsOfAsync("g2")), Is.EqualTo((new[] { "Copiers" }, new[] { "Copiers" })));
        var (_, found, _) = await AskAsync("GET", "/Groups?excludedAttributes=members&filter=" + Uri.EscapeDataString("displayName eq \"copiers\""));
        Assert.That((found["totalResults"]!.GetValue<int>(), found["Resources"]![0]!["members"]), Is.EqualTo((1, (JsonNode?)null)));
        var (_, user, _) = await AskAsync("GET", $"/Users/{one}");
        Assert.That(user["groups"]![0]!["display"]!.GetValue<string>(), Is.EqualTo("Copiers"));
        Assert.That((await AskAsync("PATCH", $"/Groups/{id}", $$"""{"Operations":[{"op":"Remove","path":"members","value":[{"value":"{{one}}"}]}]}""")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await GroupsOfAsync("g1"), Is.Empty);
        Assert.That((await AskAsync("PUT", $"/Groups/{id}", """{"displayName":"Copiers","members":[{"value":"999"}]}""")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await AskAsync("DELETE", $"/Groups/{id}")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await GroupsOfAsync("g2"), Is.Empty);
    }

    [Test]
    public async Task Person_at_hand_is_taken_over_and_one_of_a_directory_or_another_client_is_not()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into person (id, org_id, user_name, user_folded, cost_centre, source, created_at, updated_at) values (9001, 1, 'Hand', 'hand', 'kept', 'local', 0, 0), (9002, 1, 'Ldap', 'ldap', null, 'directory:corp', 0, 0)"), default);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into directory (id, org_id, name, name_folded) values (9003, 1, 'corp9', 'corp9'); insert into directory_person (directory_id, uuid, person_id, dn_key, print, groups_print, written_at) values (9003, @x, 9002, @x, @x, @x, 0)", new { x = new byte[16] }), default);
        var (status, hand, _) = await AskAsync("POST", "/Users", $$"""{"schemas":["{{Core}}"],"userName":"hand"}""");
        Assert.That((status, hand["id"]!.GetValue<string>()), Is.EqualTo((HttpStatusCode.Created, "9001")));
        (status, var refused, _) = await AskAsync("POST", "/Users", $$"""{"schemas":["{{Core}}"],"userName":"hand"}""");
        Assert.That((status, refused["scimType"]!.GetValue<string>()), Is.EqualTo((HttpStatusCode.Conflict, "uniqueness")));
        Assert.That((await AskAsync("POST", "/Users", $$"""{"schemas":["{{Core}}"],"userName":"ldap"}""")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await AskAsync("GET", "/Users/9002")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await AskAsync("DELETE", "/Users/9002")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Tags_keep_two_writers_apart()
    {
        var id = await AddAsync("tagged");
        var (_, first, headers) = await AskAsync("GET", $"/Users/{id}");
        Assert.That((await AskAsync("GET", $"/Users/{id}", null, r => r.Headers.TryAddWithoutValidation("If-None-Match", headers.ETag!.ToString()))).Status, Is.EqualTo(HttpStatusCode.NotModified));
        const string change = """{"Operations":[{"op":"replace","path":"displayName","value":"x"}]}""";
        Assert.That((await AskAsync("PATCH", $"/Users/{id}", change, r => r.Headers.TryAddWithoutValidation("If-Match", headers.ETag!.ToString()))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await AskAsync("PATCH", $"/Users/{id}", change, r => r.Headers.TryAddWithoutValidation("If-Match", headers.ETag!.ToString()))).Status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(first["displayName"], Is.Null);
    }

    [Test]
    public async Task Token_of_its_own_opens_this_and_nothing_else()
    {
        Assert.That((await AskAsync("GET", "/Users", token: "")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        var (status, body, _) = await AskAsync("GET", "/Users", token: Administrator);
        Assert.That((status, body["schemas"]![0]!.GetValue<string>(), body["status"]!.GetValue<string>()), Is.EqualTo((HttpStatusCode.Forbidden, "urn:ietf:params:scim:api:messages:2.0:Error", "403")));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users", token: _token)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await AskAsync("GET", "/Users", token: await TokenAsync(Roles.Provisioner, "department=Sales"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await AskAsync("GET", "/Nothing")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Service_tells_what_it_can()
    {
        Assert.That((await AskAsync("GET", "/ServiceProviderConfig")).Body["patch"]!["supported"]!.GetValue<bool>(), Is.True);
        Assert.That((await AskAsync("GET", "/ResourceTypes")).Body["totalResults"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That((await AskAsync("GET", "/Schemas")).Body["Resources"]!.AsArray().Select(s => s!["id"]!.GetValue<string>()), Does.Contain(Core).And.Contain(Enterprise).And.Contain(Own));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("{\"userName\":7}")]
    [TestCase("{\"userName\":\"\"}")]
    [TestCase("{\"userName\":\"a;b\"}")]
    [TestCase("{\"userName\":\"a\\u0000b\"}")]
    [TestCase("{\"userName\":\"\\ud800\"}")]
    [TestCase("{\"userName\":\"h1\",\"userName\":\"h2\"}")]
    [TestCase("{\"userName\":\"h1\",\"emails\":\"x\"}")]
    [TestCase("{\"userName\":\"h1\",\"emails\":[null]}")]
    [TestCase("{\"userName\":\"h1\",\"active\":\"perhaps\"}")]
    [TestCase("{\"userName\":\"h1\",\"name\":[]}")]
    [TestCase("{\"userName\":\"h1\",\"urn:copytrack:params:scim:schemas:extension:2.0:User\":{\"cards\":[1]}}")]
    [TestCase("{\"userName\":\"h1\",\"urn:copytrack:params:scim:schemas:extension:2.0:User\":{\"cards\":[\"\"]}}")]
    [TestCase("deep")]
    [TestCase("long")]
    public async Task Body_that_can_not_be_is_refused_and_nothing_is_kept(string body)
    {
        body = body switch { "deep" => string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100), "long" => "{\"userName\":\"h1\",\"displayName\":\"" + new string('x', 2_000_000) + "\"}", _ => body };
        var (status, problem, _) = await AskAsync("POST", "/Users", body);
        Assert.That((int)status, Is.InRange(400, 413), problem.ToJsonString());
        Assert.That(problem["detail"]!.GetValue<string>(), Is.Not.Empty);
        Assert.That(await NamesAsync("filter=" + Uri.EscapeDataString("userName eq \"h1\"")), Is.Empty);
    }

    private async Task<string> AddAsync(string name) => (await AskAsync("POST", "/Users", $$"""{"schemas":["{{Core}}"],"userName":"{{name}}"}""")).Body["id"]!.GetValue<string>();

    private async Task<string[]> NamesAsync(string query)
    {
        var (status, body, _) = await AskAsync("GET", "/Users?" + query);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToJsonString());
        return [.. body["Resources"]!.AsArray().Select(r => r!["userName"]!.GetValue<string>())];
    }

    private async Task<string[]> GroupsOfAsync(string name) =>
        [.. (await Services.GetRequiredService<PersonRepository>().FindWholeAsync(1, name, default))!.Groups.Select(g => g.GroupName)];

    private async Task<FoundPerson?> PersonOfCardAsync(string number) => (await DataServices.Lookup(Database).AskAsync(
        new LoginQuestion(1, "t", 0, null, [.. Services.GetRequiredService<IHashKeys>().Current.Candidates(HashKinds.Card, 1, number)], []), default)).Person;

    private async Task<(HttpStatusCode Status, JsonObject Body, HttpResponseHeaders Headers)> AskAsync(string method, string path, string? body = null, Action<HttpRequestMessage>? more = null, string? token = null)
    {
        using HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(new HttpMethod(method), "/scim/v2" + path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/scim+json");
        request.Headers.Authorization = token == "" ? null : new AuthenticationHeaderValue("Bearer", token ?? _token);
        more?.Invoke(request);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (text.Length > 0)
        {
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/scim+json"));
        }

        return (response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject(), response.Headers);
    }
}
