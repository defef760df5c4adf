using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Every form of every page that changes something leaves a row in the audit log by whoever sent it, with what was before and what is after.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class EveryHandlerTests(Db db) : WebFixture(db)
{
    private const string Both = "before after", After = "after", Before = "before", Deed = "", Nothing = "nothing";

    /// <summary>
    /// One good form for each handler, in order, and what the rows say that it leaves: values before, after, both, none because the deed has none, or no row because nothing was changed.
    /// LAST stands for the id that the page before showed, SQL: for what a query gives.
    /// </summary>
    private static readonly (string Handler, string Path, string Form, string Values)[] s_forms =
    [
        ("Start?Name", "/Start", "title=Town", After),
        ("Start?Name", "/Start", "title=Town hall", Both),
        ("Start?People", "/Start", "people=username,displayName\\nzoe,Zoe\\nzack,Zack\\nzelda,Zelda&import=true", After),
        ("User?Card", "/Users/zoe", "card=1122334455", After),
        ("User?RemoveCard", "/Users/zoe", "card=SQL:select max(id) from card", Before),
        ("User?Pin", "/Users/zoe", "", Deed),
        ("User?Block", "/Users/zoe", "on=true", Both),
        ("User?Export", "/Users/zoe", "", Deed),
        ("User?Merge", "/Users/zoe", "into=zack", After),
        ("User?Erase", "/Users/zelda", "again=zelda", Before),
        ("ImportUsers?Confirm", "/ImportUsers", "draft=DRAFT", After),
        ("AccessLog?Assign", "/AccessLog", "line=4711&user=zack", After),
        ("Probe?Add", "/Probe", "Form.Address=127.0.0.31&Form.Name=probed", After),
        ("Device?Read", "/Devices/probed", "", Deed),
        ("Device?Credential", "/Devices/probed", "", After),
        ("Device?RevokeCredential", "/Devices/probed", "", Before),
        ("DeviceSettings", "/Devices/probed/Settings", "form.Address=127.0.0.32&form.Functions=copy&form.AtZero=lock", Both),
        ("DeviceSettings?Delete", "/Devices/probed/Settings", "", Before),
        ("Discover", "/Discover", "ranges=127.8.99.1", After),
        ("Discover?End", "/Discover", "id=RUN", Deed),
        ("Project", "/Projects/New", "Form.Code=K9&Form.Name=Nine", After),
        ("Project", "/Projects/K9", "Form.Name=Niner", Both),
        ("Projects?Import", "/Projects", "csv=code,name\\nK10,Ten&go=true", After),
        ("Prices?List", "/Prices", "name=all&mono=0.05", After),
        ("Prices?List", "/Prices", "name=all&mono=0.06", Both),
        ("Prices?Delete", "/Prices", "name=all", Before),
        ("Prices?Quota", "/Prices", "kind=user&subject=zack&period=month&hard=5", After),
        ("Prices?Quota", "/Prices", "kind=user&subject=zack&period=month&hard=7", Both),
        ("Prices?Quota", "/Prices", "kind=user&subject=zack", Before),
        ("Prices?AtZero", "/Prices", "device=hall&what=lock", Both),
        ("Terminal?Lock", "/Terminals/t1", "", Deed),
        ("Terminal?Configure", "/Terminals/t1", "own=true&methods=card", Both),
        ("Directories", "/Directories", "name=corp&wanted=full", After),
        ("Directories?Mapping", "/Directories", "name=corp&DisplayName={cn}", After),
        ("Directories?Mapping", "/Directories", "name=corp&DisplayName={sn}", Both),
        ("Fleet?Node", "/Fleet", "name=North&kind=dealer", After),
        ("Fleet?Node", "/Fleet", "name=Acme&kind=customer&parent=North", After),
        ("Fleet?Node", "/Fleet", "name=Yard&kind=site&parent=Acme", After),
        ("Fleet?Code", "/Fleet", "name=yard-agent&site=Yard", After),
        ("FleetAgent?Want", "/FleetAgent?name=yard-agent", "name=yard-agent&verb=readNow", After),
        ("FleetAgent?Intervals", "/FleetAgent?name=yard-agent", "name=yard-agent&counterSeconds=600", Both),
        ("FleetAgent?Code", "/FleetAgent?name=yard-agent", "name=yard-agent", After),
        ("FleetAgent?Revoke", "/FleetAgent?name=yard-agent", "name=yard-agent", Deed),
        ("Settings", "/Settings", "key=Web:SessionHours&value=9", After),
        ("Settings", "/Settings", "key=Web:SessionHours&value=10", Both),
        ("Settings", "/Settings", "key=Web:SessionHours&value=", Before),
        ("Reports?Save", "/Reports?name=devices", "query=name=devices&title=Kept", After),
        ("Reports?Save", "/Reports?name=devices", "query=name=devices&title=Kept&shared=true", Both),
        ("SavedReports?Schedule", "/SavedReports", "report=SQL:select max(id) from saved_report&when=daily&clock=08:00&to=a@box.test", After),
        ("SavedReports?Change", "/SavedReports", "id=SQL:select max(id) from report_schedule&timing=0 9 * * *&to=a@box.test&enabled=true", Both),
        ("SavedReports?Unschedule", "/SavedReports", "id=SQL:select max(id) from report_schedule", Before),
        ("SavedReports?Delete", "/SavedReports", "id=SQL:select max(id) from saved_report", Before),
        ("Webhooks", "/Webhooks", "name=erp&address=https://hooks.example.org/in&events=alert", After),
        ("Webhook?Change", "/Webhooks/erp", "address=https://hooks.example.org/other&events=alert&enabled=true&userNames=true", Both),
        ("Webhook?Secret", "/Webhooks/erp", "", Deed),
        ("Webhook?Test", "/Webhooks/erp", "", Deed),
        ("Webhook?Resume", "/Webhooks/erp", "", Deed),
        ("Webhook?Delete", "/Webhooks/erp", "", Before),
        ("Privacy?Retention", "/Privacy", "keep=true&accessLog=30", After),
        ("Privacy?Retention", "/Privacy", "keep=true&accessLog=40", Both),
        ("Privacy?Pseudonyms", "/Privacy", "on=true", After),
        ("Privacy?Pseudonyms", "/Privacy", "on=false&reason=the works council agreed", After),
        ("Privacy?Names", "/Privacy", "id=SQL:select max(id) from names_consent&grant=false", After),
        ("Accounts?Invite", "/Accounts", "role=manager", After),
        ("My?Favourite", "/My", "", Nothing),
        ("Terminal?Find", "/Terminals/t1", "reader=1&list=1", Nothing),
        ("Probe", "/Probe", "Form.Address=", Nothing),
        ("Directories?Test", "/Directories", "name=corp", Nothing),
        ("ImportUsers", "/ImportUsers", "", Nothing),
    ];

    /// <summary>Handlers whose rows are looked at elsewhere, and why they are not asked here.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new()
    {
        ["SignIn"] = "SignInTests", ["Setup"] = "SignInTests", ["SecondStep"] = "SignInTests", ["Enrol"] = "SignInTests", ["Confirm"] = "changes what is proven and nothing else",
        ["Account?Role"] = "RoleTests", ["Account?Password"] = "ends other sessions: RoleTests", ["Account?Recovery"] = "RoleTests", ["Account?Authenticator"] = "RoleTests",
        ["Accounts?Role"] = "another account is needed: RoleTests", ["Accounts?Grant"] = "ScopesTests", ["Accounts?Withdraw"] = "ScopesTests", ["Accounts?Enable"] = "RoleTests", ["Accounts?Reset"] = "RoleTests",
        ["My?Lost"] = "of a person: PeoplePagesTests", ["My?Pin"] = "PeoplePagesTests", ["My?Export"] = "PeoplePagesTests",
        ["Panel?Login"] = "of a device: EmbeddedTests", ["Panel?Project"] = "of a device", ["Panel?Logout"] = "of a device",
        ["Privacy?Ask"] = "two persons are needed: PeoplePagesTests", ["Privacy?See"] = "PeoplePagesTests", ["Privacy?Decide"] = "PeoplePagesTests",
        ["ServerVersions?Take"] = "packages are signed: ServerVersionsTests", ["ServerVersions?Install"] = "ServerVersionsTests",
        ["Discover?Add"] = "a device must be found: FirstRunTests", ["SavedReports?Again"] = "a mail must have failed: ScheduleTests", ["Webhook?Again"] = "an event must have been sent: SitePagesTests",
        ["Directory"] = "a directory must answer: EnteredDirectoryTests", ["Directory?Remove"] = "EnteredDirectoryTests", ["Directories?Test"] = "changes nothing: EnteredDirectoryTests", ["Directories?Rest"] = "EnteredDirectoryTests",
        ["ImportCards"] = "changes nothing: ImportCardsTests", ["ImportCards?Confirm"] = "a file of cards is needed: ImportCardsTests",
        ["Terminal?Revoke"] = "a stand-in here: HandshakeTests", ["Terminals?Enrol"] = "codes need an authority: FirstRunTests",
        ["Alert?Note"] = "AlertPagesTests", ["Alert?Again"] = "AlertPagesTests", ["AlertRule"] = "AlertPagesTests", ["AlertRule?Delete"] = "AlertPagesTests",
        ["FleetDevice?Offset"] = "a device must have readings: FleetDutiesTests", ["FleetLinks?Part"] = "a link must be in doubt: FleetDutiesTests",
        ["Updates?Take"] = "packages are signed: FleetPackageTests", ["Updates?Stage"] = "FleetPackageTests", ["Updates?Halt"] = "FleetPackageTests", ["Updates?Remove"] = "FleetPackageTests",
    };

    protected override ImmutableArray<DirectoryOptions> Directories => [new() { Name = "corp", Servers = [LdapServer.Parse("ldaps://localhost:1")!], BaseDn = "dc=example" }];

    [Test]
    public async Task Every_form_that_changes_something_says_what_was_before_and_after()
    {
        IReadOnlyList<PageHandler> all = await PageHandler.AllAsync(Services);
        Assert.That(all.Where(h => h.Method == "POST").Select(h => h.Key).Except(s_forms.Select(f => f.Handler)).Except(s_elsewhere.Keys), Is.Empty, "say here with what it is sent, or where its row of the audit log is looked at");
        Assert.That(s_elsewhere.Keys.Concat(s_forms.Select(f => f.Handler)).Except(all.Select(h => h.Key)), Is.Empty, "what is named here is there");
        KeyedHash card = Services.GetRequiredService<IHashKeys>().Current.Hash(HashKinds.Card, 1, "99AA88BB");
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into access_log (id, at, terminal_id, method, outcome, card_suffix, card_key, card_hash) values (4711, 1, 't1', 'card', 'unknownCard', '88BB', @KeyId, @hash)",
            new { card.KeyId, hash = card.Hash.ToArray() }), default);
        using Browser browser = await SignedInAsync();
        string run = "";
        foreach ((string handler, string path, string form, string values) in s_forms)
        {
            if (handler == "My?Favourite")
            {
                // An account is nobody there, and a favourite is a person's own wish.
                continue;
            }

            long rows = await CountAsync();
            Dictionary<string, string> fields = [];
            foreach (string[] pair in form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
            {
                string value = pair[1].Replace("\\n", "\n", StringComparison.Ordinal);
                fields[pair[0]] = value.StartsWith("SQL:", StringComparison.Ordinal) ? (await Database.CountAsync(value[4..])).ToString(CultureInfo.InvariantCulture)
                    : value == "RUN" ? run : value == "DRAFT" ? await DraftAsync() : value;
            }

            string name = handler.Contains('?', StringComparison.Ordinal) ? handler[(handler.IndexOf('?', StringComparison.Ordinal) + 1)..] : "";
            string page = path.Split('?')[0];
            Shown shown = await browser.PostAsync(page, fields, name.Length == 0 ? null : name, path);
            Assert.That(shown.Status, Is.EqualTo(HttpStatusCode.OK), $"{handler}: {shown.Text}");
            run = Regex.Match(shown.Path, "/Discover\\?id=([0-9]+)") is { Success: true } begun ? begun.Groups[1].Value : run;
            int told = (int)(await CountAsync() - rows);
            AuditRow[] log = told == 0 ? [] : [.. await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(), null, told, default)];
            string shape = told == 0 ? Nothing
                : string.Join(' ', new[] { log.Any(r => r.BeforeValue is not null) ? Before : "", log.Any(r => r.AfterValue is not null) ? After : "" }.Where(w => w.Length > 0));
            Assert.That(shape, Is.EqualTo(values), $"{handler} with {form}: {string.Join(" | ", log.Select(r => $"{r.Action} {r.BeforeValue} → {r.AfterValue}"))} {Alert(shown)}");
            Assert.That(log.Select(r => r.Actor).Distinct(), Is.SubsetOf(log.Length == 0 ? Array.Empty<string>() : [log[0].Actor]).And.All.StartsWith("account:"), handler);
        }
    }

    private static string Alert(Shown shown) => string.Join(' ', Regex.Matches(shown.Text, "role=\"(?:alert|status)\">([^<]*)").Select(m => m.Groups[1].Value));

    private Task<long> CountAsync() => Database.CountAsync("select count(*) from audit_log");

    private async Task<string> DraftAsync()
    {
        string actor = $"account:{await Database.CountAsync("select id from web_account where name = 'root'")}";
        return Services.GetRequiredService<CopyTrack.Server.Web.People.ImportDrafts>().Keep(actor, "username,displayName\nzita,Zita\n", false).Id;
    }
}
