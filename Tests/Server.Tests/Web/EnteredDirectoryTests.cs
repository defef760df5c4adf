using System.Net;
using System.Security.Cryptography;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>A directory that is entered, tried, rehearsed, turned on, changed and taken away by pages and REST, at a real slapd.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class EnteredDirectoryTests(Db db) : WebFixture(db)
{
    private const string Page = "/Directory";

    private PrivateSlapd _slapd = null!;

    private DirectoryRepository Rows => Services.GetRequiredService<DirectoryRepository>();

    /// <summary>The schedule of another node, which knows what the database says and nothing else.</summary>
    private ReplicationSchedule OtherNode => new(
        new DirectoryConnectors([], Rows, Services.GetRequiredService<ISecretSealer>(), TimeProvider.System), Rows, Services.GetRequiredService<ReplicationRunner>(), Services.GetRequiredService<DryRunLines>(),
        new DataOptions(), TimeProvider.System, NullLogger<ReplicationSchedule>.Instance);

    [OneTimeSetUp]
    public async Task StartDirectoryAsync() => _slapd = await PrivateSlapd.StartAsync(
        PrivateSlapd.Person("walter", "employeeNumber: 04A1\nmail: w@example.org") + PrivateSlapd.Person("xenia") + PrivateSlapd.Group("printers", PrivateSlapd.Dn("walter")));

    [OneTimeTearDown]
    public ValueTask EndDirectoryAsync() => _slapd.DisposeAsync();

    [Test]
    public async Task Directory_goes_from_the_form_to_people_who_come_by_themselves_and_back()
    {
        using Browser browser = await SignedInAsync();
        Assert.That((await browser.GetAsync("/Directories")).Text, Does.Contain("No directory is there yet.").And.Contain("href=\"/Directory\""));
        Assert.That((await browser.GetAsync(Page + "?kind=activeDirectory")).Text, Does.Contain("placeholder=\"sAMAccountName\"").And.Contain("value=\"activeDirectory\""));

        // What is wrong is told with the next step, and nothing is kept.
        Assert.That((await browser.PostAsync(Page, Form(("hosts", "what ever/else")))).Text, Does.Contain("Servers: ").And.Contain("is neither ldaps://HOST").And.Contain("Nothing was kept."));
        Assert.That((await browser.PostAsync(Page, Form(("BaseDn", "people")))).Text, Does.Contain("is no distinguished name"));
        Assert.That((await browser.PostAsync(Page, Form(("Filter", "(uid=")))).Text, Does.Contain("Who counts as a person (filter): is no filter"));
        Assert.That((await browser.PostAsync(Page, Form(("password", "")))).Text, Does.Contain("Password: is missing"));
        Assert.That((await browser.PostAsync(Page, Form(("EveryMinutes", "0")))).Text, Does.Contain("'0' is not a whole number from 1 to 1440"));
        Assert.That((await browser.PostAsync(Page, Form(("Map.Email", "{mail")))).Text, Does.Contain("Mail address: "));
        Shown refused = await browser.PostAsync(Page, Form(("password", "wrong secret")));
        Assert.That(refused.Text, Does.Contain("refuses the name or password of the reading account: check BindDn and set the password again").And.Not.Contain("wrong secret").And.Contain(_slapd.TlsPort.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That((await browser.PostAsync(Page, Form(("Ca", "")))).Text, Does.Contain("no trusted CA signed the certificate of the directory"));
        Assert.That(await Rows.EnteredAsync(1, default), Is.Empty);

        // A private key beside the certificate is not kept.
        using RSA key = RSA.Create(2048);
        Shown kept = await browser.PostAsync(Page, Form(("Ca", _slapd.Certificates.Ca.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem())));
        Assert.That(kept.Text, Does.Contain("The directory lab is kept.").And.Contain("the first people there: walter, xenia"));
        DirectoryRow row = (await Rows.EnteredAsync(1, default)).Single();
        Assert.That(row.Settings, Does.Contain("BEGIN CERTIFICATE").And.Not.Contain("PRIVATE").And.Not.Contain(PrivateSlapd.Password));
        Assert.That((row.PasswordSealed is not null, row.Automatic), Is.EqualTo((true, false)));
        Assert.That((await browser.GetAsync($"{Page}/lab")).Text, Does.Contain("kept; empty leaves it").And.Not.Contain($"value=\"{PrivateSlapd.Password}\"").And.Contain("value=\"employeeNumber\""));

        await RunsAsync(browser);
        await ChangesAsync(browser);
        await LeavesAsync(browser);
        string log = string.Join('\n', (await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(Action: "directory."), null, 100, default)).Select(r => $"{r.Action} {r.BeforeValue} {r.AfterValue}"));
        Assert.That(log, Does.Contain("directory.add").And.Contain("directory.change").And.Contain("directory.remove").And.Contain("directory.pause").And.Contain("\"password\":\"•\"").And.Not.Contain(PrivateSlapd.Password).And.Not.Contain("cn=reader"));
    }

    [Test]
    public async Task Whoever_showed_no_secret_lately_confirms_first_and_others_are_refused()
    {
        using Browser ticket = await PersonAsync("ticket", "admins");
        Assert.That((await ticket.OnceAsync(HttpMethod.Get, Page)).Location, Does.StartWith("/Confirm"));
        Assert.That((await ticket.OnceAsync(HttpMethod.Post, Page, [])).Status, Is.EqualTo(HttpStatusCode.BadRequest).Or.EqualTo(HttpStatusCode.Redirect));
        using Browser manager = await PersonAsync("manager", "managers");
        Assert.That((await manager.OnceAsync(HttpMethod.Get, Page)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        using Browser browser = await SignedInAsync();
        Assert.That((await browser.OnceAsync(HttpMethod.Get, Page + "/nowhere")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Rest_enters_shows_checks_and_takes_away()
    {
        var body = new
        {
            kind = "ldap", servers = new[] { _slapd.PlainUrl }, ca = _slapd.Certificates.Ca.ExportCertificatePem(), bindDn = PrivateSlapd.Reader, password = PrivateSlapd.Password,
            baseDn = $"ou=people,{PrivateSlapd.Suffix}", everyMinutes = 30,
        };
        var (status, answer) = await CallAsync(HttpMethod.Put, "/api/v1/directories/by-rest", body);
        Assert.That((status, answer.GetProperty("entered").GetBoolean(), answer.GetProperty("everyMinutes").GetInt32(), answer.GetProperty("hasPassword").GetBoolean()), Is.EqualTo((HttpStatusCode.Created, true, 30, true)), answer.ToString());
        Assert.That(answer.ToString(), Does.Not.Contain($"\"{PrivateSlapd.Password}\""));
        (status, answer) = await CallAsync(HttpMethod.Get, "/api/v1/directories/by-rest/check");
        Assert.That((status, answer.GetProperty("people")[0].GetProperty("username").GetString()), Is.EqualTo((HttpStatusCode.OK, "walter")), answer.ToString());
        (status, answer) = await CallAsync(HttpMethod.Put, "/api/v1/directories/by-rest", new { servers = new[] { "ldaps://elsewhere.example" }, baseDn = "dc=x", bindDn = PrivateSlapd.Reader });
        Assert.That((status, answer.GetProperty("detail").GetString()), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "password: is needed again: servers, authorities or reading account are others than before.")));
        (status, answer) = await CallAsync(HttpMethod.Put, "/api/v1/directories/by-rest", new { baseDn = "dc=x" });
        Assert.That((status, answer.GetProperty("detail").GetString()), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "servers: is missing: ldaps://HOST or ldap://HOST (with StartTLS), several with ; between.")));
        (status, _) = await CallAsync(HttpMethod.Put, "/api/v1/directories/by-rest", new { servers = new[] { "ldaps://x" }, baseDn = "dc=x", caFile = "/etc/passwd" });
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest), "no file of the server");
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/directories/by-rest")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/directories/by-rest")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/directories/by-rest")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private async Task RunsAsync(Browser browser)
    {
        Assert.That((await browser.PostAsync("/Directories", Asked("full"))).Text, Does.Contain("Look at a dry run of lab first"));
        Assert.That(await OtherNode.RoundAsync(default), Is.False, "nothing was asked for");
        await browser.PostAsync("/Directories", Asked("dryRun"));
        Assert.That(await OtherNode.RoundAsync(default), Is.True);
        Shown dry = await browser.GetAsync("/Start");
        Assert.That(dry.Text, Does.Contain("The dry run has ended: 2 would come").And.Contain("<td>walter</td>").And.Contain("Turn it on: the first run"));
        Assert.That(await Database.CountAsync("select count(*) from person where user_folded = 'walter'"), Is.Zero);
        Dictionary<string, string> on = Asked("full");
        on["from"] = "start";
        Assert.That((await browser.PostAsync("/Directories", on)).Path, Is.EqualTo("/Start"));
        Assert.That(await OtherNode.RoundAsync(default), Is.True);
        Assert.That((await browser.GetAsync("/Start")).Text, Does.Contain("It is on: people come from there by themselves."));
        Assert.That(await Database.CountAsync("select count(*) from person where source = 'directory:lab' and directory_enabled = 1"), Is.EqualTo(2));
        Assert.That((await Rows.FindAsync(1, "lab", default))!.Automatic, Is.True);
    }

    private async Task ChangesAsync(Browser browser)
    {
        // Another name of the same server: the password would go somewhere else.
        Dictionary<string, string> form = Form(("password", ""), ("hosts", $"127.0.0.1:{_slapd.TlsPort}"));
        Assert.That((await browser.PostAsync($"{Page}/lab", form)).Text, Does.Contain("Password: is needed again: servers, authorities or reading account are others than before"));
        Assert.That((await browser.PostAsync($"{Page}/lab", Form(("password", ""), ("EveryMinutes", "45")))).Text, Does.Contain("The directory lab is kept."));
        Assert.That((await Rows.FindAsync(1, "lab", default))!.Automatic, Is.True, "a time changes nobody");
        long rows = await Database.CountAsync("select count(*) from audit_log where action = 'directory.change'");
        await browser.PostAsync($"{Page}/lab", Form(("password", ""), ("EveryMinutes", "45")));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'directory.change'"), Is.EqualTo(rows), "what stays is no change");
        await browser.PostAsync($"{Page}/lab", Form(("password", ""), ("EveryMinutes", "45"), ("Filter", "(uid=walter)")));
        Assert.That((await Rows.FindAsync(1, "lab", default))!.Automatic, Is.False, "other people: another dry run");
        Assert.That((await browser.PostAsync("/Directories", Asked("changes"))).Text, Does.Contain("Look at a dry run of lab first"));
        await browser.PostAsync("/Directories", Asked("dryRun"));
        Assert.That(await OtherNode.RoundAsync(default), Is.True);
        Assert.That((await browser.GetAsync("/Directories")).Text, Does.Contain("1 would go"));
        // One of two is more than a tenth, so the limits keep her; this site allows it.
        await browser.PostAsync($"{Page}/lab", Form(("password", ""), ("Filter", "(uid=walter)"), ("MaxRemovePercent", "100")));
        await browser.PostAsync("/Directories", Asked("dryRun"));
        await OtherNode.RoundAsync(default);
        await browser.PostAsync("/Directories", Asked("full"));
        Assert.That(await OtherNode.RoundAsync(default), Is.True);
        Assert.That(await Database.CountAsync("select count(*) from person where source = 'directory:lab' and directory_enabled = 0 and user_folded = 'xenia'"), Is.EqualTo(1));
        Assert.That((await browser.PostAsync("/Directories", new() { ["name"] = "lab" }, "Test")).Text, Does.Contain("answers; the first people there: walter."));
        await browser.PostAsync("/Directories", new() { ["name"] = "lab" }, "Rest");
        Assert.That((await Rows.FindAsync(1, "lab", default))!.Automatic, Is.False);
    }

    private async Task LeavesAsync(Browser browser)
    {
        DirectoryRow row = (await Rows.FindAsync(1, "lab", default))!;
        DirectoryRow claim = (await Rows.TakeAsync(row.Id, "busy", TimeSpan.FromMinutes(1), default))!;
        Assert.That((await browser.PostAsync($"{Page}/lab", [], "Remove")).Text, Does.Contain("a run is under way: wait for its end"));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update directory set claim_owner = null, claim_until = 0 where id = @Id", new { claim.Id }), default);
        Assert.That((await browser.PostAsync($"{Page}/lab", [], "Remove")).Text, Does.Contain("The directory lab is taken away.").And.Contain("No directory is there yet."));
        var people = (await Database.ReadAsync((c, _) => c.QueryAsync<(string, string, long, long)>("select user_name, source, enabled, directory_enabled from person where user_folded in ('walter', 'xenia') order by user_folded"), default)).ToArray();
        Assert.That(people, Is.EqualTo(new[] { ("walter", "local", 1L, 1L), ("xenia", "local", 0L, 1L) }), "people stay, and whoever was kept out stays out");
        Assert.That(await Database.CountAsync("select count(*) from person_group g join person p on p.id = g.person_id where p.user_folded = 'walter' and g.group_name = 'printers' and g.directory = 0"), Is.EqualTo(1));
        Assert.That(await Database.CountAsync("select count(*) from card c join person p on p.id = c.person_id where p.user_folded = 'walter'"), Is.EqualTo(1));
        row = (await Rows.FindAsync(1, "lab", default))!;
        Assert.That((row.Settings, row.PasswordSealed, row.Automatic, row.GroupGeneration, row.ClaimOwner), Is.EqualTo(((string?)null, (byte[]?)null, false, 0L, (string?)null)));
        Assert.That(await Database.CountAsync("select count(*) from directory_person where directory_id = @Id", new { row.Id }), Is.Zero);
    }

    private static Dictionary<string, string> Asked(string wanted) => new() { ["name"] = "lab", ["wanted"] = wanted };

    private Dictionary<string, string> Form(params (string Key, string Value)[] other)
    {
        Dictionary<string, string> form = new()
        {
            ["newName"] = "lab", ["Kind"] = "ldap", ["hosts"] = $"localhost:{_slapd.TlsPort}", ["tls"] = "tls", ["Ca"] = _slapd.Certificates.Ca.ExportCertificatePem(), ["BindDn"] = PrivateSlapd.Reader,
            ["password"] = PrivateSlapd.Password, ["BaseDn"] = $"ou=people,{PrivateSlapd.Suffix}", ["GroupBaseDn"] = $"ou=groups,{PrivateSlapd.Suffix}", ["Map.Cards"] = "employeeNumber", ["Adopt"] = "true", ["act"] = "test",
        };
        foreach ((string key, string value) in other)
        {
            form[key] = value;
        }

        return form;
    }
}
