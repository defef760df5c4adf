using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web.SignIn;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Pages of people as an administrator, a manager and an employee use them, and what each is refused.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class PeoplePagesTests(Db db) : WebFixture(db)
{
    private const string Days = "from=2026-03-01&to=2026-04-30";

    [Test]
    public async Task Administrator_finds_changes_merges_and_erases_a_person()
    {
        using Browser browser = await SignedInAsync();
        await NewAsync("carla", "Carla <script>alert(1)</script> Öz", "Stores");
        await NewAsync("carla2", "Carla Twice", "Stores");
        Assert.That((await browser.GetAsync("/Users?find=%C3%96z")).Text, Does.Contain("href=\"/Users/carla\"").And.Not.Contain("carla2"));
        Assert.That((await browser.GetAsync("/Users?department=Stores&state=noCard")).Text, Does.Contain("carla2"));
        Assert.That((await browser.GetAsync("/Users?state=noCard")).Text, Does.Contain("href=\"/Users/carla\"").And.Contain("href=\"/Users/carla2\""));
        Assert.That((await browser.GetAsync("/Users?find=%25")).Text, Does.Not.Contain("/Users/carla"), "a per cent sign is no pattern");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Users/nobody")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Shown page = await browser.PostAsync("/Users/carla", new() { ["card"] = "0011223344" }, "Card");
        Assert.That(page.Text, Does.Contain("…44").And.Not.Contain("0011223344"));
        Assert.That((await browser.GetAsync("/Users?state=noCard")).Text, Does.Not.Contain("href=\"/Users/carla\"").And.Contain("href=\"/Users/carla2\""));
        Assert.That((await browser.PostAsync("/Users/carla2", new() { ["card"] = "0011223344" }, "Card")).Text, Does.Contain("belongs to someone else"));
        string pin = Regex.Match((await browser.PostAsync("/Users/carla", [], "Pin")).Text, "class=\"code\">([0-9]{6,8})<").Groups[1].Value;
        Assert.That(pin, Is.Not.Empty);
        Assert.That((await browser.GetAsync("/Users/carla")).Text, Does.Not.Contain(pin));
        await browser.PostAsync("/Users/carla", new() { ["on"] = "true" }, "Block");
        Assert.That(await Database.CountAsync("select enabled from person where user_folded = 'carla'"), Is.Zero);
        await browser.PostAsync("/Users/carla", new() { ["on"] = "false" }, "Block");
        Assert.That((await browser.PostAsync("/Users/carla2", new() { ["into"] = "carla2" }, "Merge")).Text, Does.Contain("There is no such other person."));
        Assert.That((await browser.PostAsync("/Users/carla2", new() { ["into"] = "carla" }, "Merge")).Path, Is.EqualTo("/Users/carla"));
        Assert.That((await browser.GetAsync("/Users/carla2")).Text, Does.Contain("This person was merged into:"));
        Assert.That((await browser.GetAsync("/Users?find=carla2")).Text, Does.Not.Contain("/Users/carla2"), "whoever was merged is in the way of nobody");
        Assert.That((await browser.PostAsync("/Users/carla", new() { ["again"] = "carl" }, "Erase")).Text, Does.Contain("Type the user name to erase the person."));
        Assert.That((await browser.PostAsync("/Users/carla", new() { ["again"] = "carla" }, "Erase")).Path, Is.EqualTo("/Users"));
        Assert.That(await Database.CountAsync("select count(*) from person where user_folded in ('carla', 'carla2')"), Is.Zero);
    }

    [Test]
    public async Task Manager_of_a_department_sees_its_people_and_changes_nobody()
    {
        using Browser manager = await PersonAsync("sales boss", proven: true, "sales leads");
        Shown page = await manager.GetAsync("/Users");
        Assert.That(page.Text, Does.Contain("href=\"/Users/alice\"").And.Not.Contain("href=\"/Users/bob\"").And.Not.Contain("ImportUsers"));
        Assert.That((await manager.GetAsync("/Users?department=Stores")).Text, Does.Contain("href=\"/Users/alice\""), "the scope wins over the query");
        Assert.That((await manager.OnceAsync(HttpMethod.Get, "/Users/bob")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await manager.GetAsync("/Users/alice")).Text, Does.Contain("Alice Ärmel").And.Not.Contain("handler=Pin").And.Not.Contain("handler=Erase"));
        foreach (string handler in new[] { "Block", "Pin", "Card", "RemoveCard", "Merge", "Erase", "Export" })
        {
            Shown refused = await manager.PostAsync("/Users/alice", new() { ["on"] = "true", ["card"] = "1", ["into"] = "bob", ["again"] = "alice" }, handler, "/Account");
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.NotFound), handler);
        }

        Assert.That(await Database.CountAsync("select count(*) from person where user_folded = 'alice' and enabled = 1"), Is.EqualTo(1));
        foreach (string path in new[] { "/Audit", "/ImportUsers", "/Accounts" })
        {
            Assert.That((await manager.OnceAsync(HttpMethod.Get, path)).Status, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }
    }

    [Test]
    public async Task Employee_sees_their_own_and_nothing_of_others_by_forged_ids()
    {
        long other = Ids.Next();
        await NewAsync("ella", "Ella", "Sales", "5566778899");
        using Browser ella = await PersonAsync("ella", "staff");
        long alices = await CardAsync("alice", "4455667788"), own = await Database.CountAsync("select id from card where person_id = (select id from person where user_folded = 'ella')");
        Shown page = await ella.GetAsync("/My");
        Assert.That(page.Text, Does.Contain("…99").And.Not.Contain("alice"));
        Assert.That((await ella.PostAsync("/My", new() { ["card"] = Text(alices) }, "Lost")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await ella.PostAsync("/My", new() { ["card"] = Text(own) }, "Lost")).Text, Does.Contain("The card opens nothing any more."));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'card.lost'"), Is.EqualTo(1));
        Assert.That((await ella.OnceAsync(HttpMethod.Post, "/My?handler=Pin", Token(await ella.OnceAsync(HttpMethod.Get, "/My")))).Text, Does.Contain("Is it still you?"), "a computer's ticket shows no secret");
        await ella.PostAsync("/My", new() { ["project"] = Text(Project), ["on"] = "true" }, "Favourite");
        Assert.That((await ella.GetAsync("/My")).Text, Does.Contain("Project one"));
        Assert.That((await ella.PostAsync("/My", new() { ["project"] = Text(other), ["on"] = "true" }, "Favourite")).Text, Does.Contain("can't be a favourite"));
        Assert.That((await Services.GetRequiredService<ProjectRepository>().RecentAsync(1, await Database.CountAsync("select id from person where user_folded = 'ella'"), 5, default)).Select(p => p.Code), Is.EqualTo(new[] { "P1" }), "a terminal is told it first");
        foreach (string path in new[] { "/Users", "/Users/alice", "/Users/ella", "/Audit", "/Privacy", "/Reports", "/ImportUsers" })
        {
            Assert.That((await ella.OnceAsync(HttpMethod.Get, path)).Status, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        using Browser account = await SignedInAsync();
        Assert.That((await account.OnceAsync(HttpMethod.Get, "/My")).Status, Is.EqualTo(HttpStatusCode.Forbidden), "an account is nobody there");
    }

    [Test]
    public async Task Name_behind_a_pseudonym_is_seen_after_another_has_granted_it()
    {
        using Browser administrator = await SignedInAsync();
        using Browser manager = await PersonAsync("works boss", "managers");
        await administrator.PostAsync("/Privacy", new() { ["on"] = "true" }, "Pseudonyms");
        string report = (await manager.GetAsync("/Reports/users.csv?" + Days)).Text;
        Assert.That(report, Does.Not.Contain("alice"));
        Assert.That((await manager.OnceAsync(HttpMethod.Get, "/Users")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        string pseudonym = Regex.Match(report, "P-[0-9A-Z]{5}-[0-9A-Z]{5}").Value;
        Assert.That((await manager.PostAsync("/Privacy", new() { ["pseudonym"] = "P-00000-00000", ["reason"] = "because of the costs" }, "Ask")).Text, Does.Contain("Nobody has this pseudonym."));
        Assert.That((await manager.PostAsync("/Privacy", new() { ["pseudonym"] = pseudonym, ["reason"] = "so" }, "Ask")).Text, Does.Contain("10 to 500 characters"));
        await manager.PostAsync("/Privacy", new() { ["pseudonym"] = pseudonym, ["reason"] = "because of the costs" }, "Ask");
        string id = Text(await Database.CountAsync("select max(id) from name_request"));
        Assert.That((await manager.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "true" }, "Decide")).Status, Is.EqualTo(HttpStatusCode.Forbidden), "not by whoever asked");
        Assert.That((await manager.PostAsync("/Privacy", new() { ["id"] = id }, "See")).Text, Does.Contain("It is not granted to you"));
        Assert.That((await administrator.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "true" }, "Decide")).Text, Does.Contain("granted until"));
        Assert.That((await administrator.PostAsync("/Privacy", new() { ["id"] = id }, "See")).Text, Does.Contain("It is not granted to you"));
        Shown seen = await manager.PostAsync("/Privacy", new() { ["id"] = id }, "See");
        Assert.That(seen.Text, Does.Contain("Alice Ärmel").Or.Contain("=Bob"));
        Clock.Move(TimeSpan.FromHours(25));
        Assert.That((await PostAgainAsync("works boss", "managers", id)).Text, Does.Not.Contain("Alice Ärmel").And.Not.Contain("=Bob"));
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, null, "test", default);
    }

    [Test]
    public async Task Pseudonyms_are_switched_off_only_by_a_second_administrator()
    {
        using Browser one = await SignedInAsync();
        using Browser other = await PersonAsync("other admin", proven: true, "admins");
        using Browser manager = await PersonAsync("curious boss", proven: true, "managers");
        await one.PostAsync("/Privacy", new() { ["on"] = "true" }, "Pseudonyms");
        Assert.That((await one.PostAsync("/Privacy", new() { ["on"] = "false" }, "Pseudonyms")).Text, Does.Contain("why managers need names"));
        Assert.That(await CallerScopesAsync(), Is.True, "nobody alone");
        Shown asked = await one.PostAsync("/Privacy", new() { ["on"] = "false", ["reason"] = "the works council agreed" }, "Pseudonyms");
        Assert.That(asked.Text, Does.Contain("Another administrator decides about it.").And.Contain("the works council agreed").And.Contain("Take it back").And.Not.Contain(">Grant<"));
        Assert.That((await other.PostAsync("/Privacy", new() { ["on"] = "false", ["reason"] = "I want it as well" }, "Pseudonyms")).Text, Does.Contain("Somebody has asked for it already"));
        string id = Text(await Database.CountAsync("select max(id) from names_consent"));
        Assert.That((await one.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "true" }, "Names")).Text, Does.Contain("Somebody else must decide"));
        Assert.That((await manager.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "true" }, "Names")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await manager.PostAsync("/Privacy", new() { ["on"] = "false", ["reason"] = "because I am curious" }, "Pseudonyms")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await other.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "false" }, "Names")).Text, Does.Contain("Managers go on seeing pseudonyms."));
        Assert.That((await other.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "true" }, "Names")).Text, Does.Contain("only about a request that waits"));
        Assert.That(await CallerScopesAsync(), Is.True);

        await one.PostAsync("/Privacy", new() { ["on"] = "false", ["reason"] = "the works council agreed" }, "Pseudonyms");
        id = Text(await Database.CountAsync("select max(id) from names_consent"));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update names_consent set asked_at = 1 where decided_at is null"), default);
        Assert.That((await other.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "true" }, "Names")).Text, Does.Contain("only about a request that waits"), "it waited too long");
        Assert.That((await one.PostAsync("/Privacy", new() { ["on"] = "false", ["reason"] = "the works council agreed" }, "Pseudonyms")).Text, Does.Contain("Take it back"), "another may follow");
        id = Text(await Database.CountAsync("select max(id) from names_consent"));
        Assert.That((await other.PostAsync("/Privacy", new() { ["id"] = id, ["grant"] = "true" }, "Names")).Text, Does.Contain("Managers see names from now on.").And.Contain("Keep names from managers"));
        Assert.That(await CallerScopesAsync(), Is.False);
        AuditRow[] log = [.. (await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(Subject: "setting:Privacy:Pseudonyms"), null, 3, default)).Reverse()];
        Assert.That(log.Select(r => (r.Action, r.BeforeValue)), Is.EqualTo(new[] { ("names.ask", null), ("names.grant", null), ("setting.change", "true") }));
        Assert.That(log.Select(r => r.Actor).Distinct().Count(), Is.EqualTo(2), "two persons");

        Task<bool> CallerScopesAsync() => Services.GetRequiredService<CallerScopes>().IsPseudonymousAsync(default);
    }

    [Test]
    public async Task Retention_is_previewed_and_only_then_kept()
    {
        using Browser browser = await SignedInAsync();
        Assert.That((await browser.GetAsync("/AccessLog")).Text, Does.Contain("Lines are kept for 90 days."), "nothing is set");
        Assert.That((await browser.GetAsync("/Privacy")).Text, Does.Contain("logins at terminals go after 90 days"));
        Dictionary<string, string> form = new() { ["accessLog"] = "30", ["auditLog"] = "365" };
        Assert.That((await browser.PostAsync("/Privacy", new(form), "Retention")).Text, Does.Contain("Would go").And.Contain("value=\"30\""));
        Assert.That(await Database.CountAsync("select count(*) from setting where name like 'Retention:%'"), Is.Zero);
        Assert.That((await browser.PostAsync("/Privacy", new() { ["auditLog"] = "5" }, "Retention")).Text, Does.Contain("not shorter than the least time"));
        form["keep"] = "true";
        Assert.That((await browser.PostAsync("/Privacy", form, "Retention")).Text, Does.Contain("The times are kept."));
        Assert.That(await Database.CountAsync("select count(*) from setting where name like 'Retention:%'"), Is.EqualTo(2));
        Assert.That((await browser.GetAsync("/AccessLog")).Text, Does.Contain("Lines are kept for 30 days."));
    }

    [Test]
    public async Task Audit_page_is_filtered_shows_today_s_names_and_its_file_holds_ids_alone()
    {
        using Browser browser = await SignedInAsync();
        await NewAsync("fritz", "Fritz <b>Fett</b>", "Stores");
        long id = await Database.CountAsync("select id from person where user_folded = 'fritz'");
        Shown page = await browser.GetAsync($"/Audit?subject=person:{Text(id)}&does=person.");
        Assert.That(page.Text, Does.Contain("person.add").And.Contain("Fritz"));
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Audit?does=%00&from=nonsense")).Status, Is.EqualTo(HttpStatusCode.OK));
        Shown file = await browser.GetAsync($"/Audit?handler=Csv&subject=person:{Text(id)}");
        Assert.That(file.Text, Does.StartWith("at,actor,action,subject,before,after").And.Contain($"person:{Text(id)}").And.Not.Contain("Fritz"));
    }

    [Test]
    public async Task File_is_shown_first_and_taken_once_by_whoever_sent_it()
    {
        using Browser browser = await SignedInAsync();
        using Browser another = await PersonAsync("second admin", "admins");
        const string Csv = "username,displayName,pin\ngina,Gina,739164\n";
        string preview = await UploadAsync(browser, Csv);
        Assert.That(preview, Does.Contain("gina").And.Contain("comes").And.Not.Contain("739164"));
        Assert.That(await Database.CountAsync("select count(*) from person where user_folded = 'gina'"), Is.Zero);
        string draft = Regex.Match(preview, "name=\"draft\" value=\"([0-9a-f]{32})\"").Groups[1].Value;
        Assert.That((await another.PostAsync("/ImportUsers", new() { ["draft"] = draft }, "Confirm")).Text, Does.Contain("not at hand any more"), "another's file");
        Assert.That((await browser.PostAsync("/ImportUsers", new() { ["draft"] = draft }, "Confirm")).Path, Is.EqualTo("/Users"));
        Assert.That(await Database.CountAsync("select count(*) from person where user_folded = 'gina'"), Is.EqualTo(1));
        Assert.That((await browser.PostAsync("/ImportUsers", new() { ["draft"] = draft }, "Confirm")).Text, Does.Contain("not at hand any more"));
        Assert.That(await UploadAsync(browser, "nonsense\n"), Does.Contain("role=\"alert\""));
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Token(Shown page) => new() { ["__RequestVerificationToken"] = Regex.Match(page.Text, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value };

    private Task NewAsync(string name, string display, string department, string? card = null) => Services.GetRequiredService<PersonUpsert>().ApplyAsync(
        new PersonInput
        {
            UserName = name, DisplayName = Optional.Of(display), Department = Optional.Of(department), Cards = card is null ? default : Optional.Of<IReadOnlyList<string>>([card]),
        },
        new UpsertContext(1, "test"), default);

    private async Task<long> CardAsync(string name, string number)
    {
        await Services.GetRequiredService<PersonUpsert>().ApplyAsync(new PersonInput { UserName = name, Cards = Optional.Of<IReadOnlyList<string>>([number]) }, new UpsertContext(1, "test"), default);
        return await Database.CountAsync("select id from card where person_id = (select id from person where user_folded = @name)", new { name });
    }

    private async Task<Shown> PostAgainAsync(string name, string group, string id)
    {
        using Browser browser = await PersonAsync(name, group);
        return await browser.PostAsync("/Privacy", new() { ["id"] = id }, "See");
    }

    private async Task<string> UploadAsync(Browser browser, string csv)
    {
        string token = Token(await browser.OnceAsync(HttpMethod.Get, "/ImportUsers"))["__RequestVerificationToken"];
        using HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(HttpMethod.Post, "/ImportUsers");
        request.Headers.Add("Cookie", string.Join("; ", browser.Cookies.Select(c => $"{c.Key}={c.Value}")));
        using MultipartFormDataContent form = new() { { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(csv), "file", "users.csv" } };
        request.Content = form;
        using HttpResponseMessage response = await client.SendAsync(request);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
