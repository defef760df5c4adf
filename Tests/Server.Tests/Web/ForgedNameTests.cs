using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>
/// Forged names and ids: whoever sees a part of the organisation gets the same answer, to the letter, for a thing that lies outside of it and for one that does not exist, on every
/// route and in every parameter. Things outside are called <c>…yonder</c>, things that are not <c>…nowhere</c>.
/// </summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class ForgedNameTests(Db db) : WebFixture(db)
{
    private const string There = "yonder", Missing = "nowhere", From = "2026-03-01", To = "2026-04-30";

    /// <summary>Scopes of the walk; in each, everything called yonder lies outside.</summary>
    private static readonly (string Role, string Scope)[] s_scopes =
    [
        (Roles.Manager, "site=Bonn"), (Roles.Manager, "department=Sales"), (Roles.Manager, "project=P1"), (Roles.Administrator, "site=Bonn"), (Roles.Administrator, "department=Sales"),
        (Roles.Dealer, "dealer=North"), (Roles.Customer, "customer=Acme"), (Roles.Monitor, "site=Bonn"), (Roles.Manager, "organisation=Other"), (Roles.Administrator, "organisation=Other"),
    ];

    /// <summary>Parameters that name things; the others say how and not what.</summary>
    private static readonly string[] s_naming = ["device", "user", "project", "department", "costCentre", "site", "session", "actor", "subject", "name", "username", "id", "kind", "value", "field", "adapter"];

    private readonly Dictionary<string, (string There, string Missing)> ids = [];

    [OneTimeSetUp]
    public async Task PutThingsYonderAsync()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into organisation (id, name, name_folded, created_at) values (50, 'Other', 'other', 0)"), default);
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/users/yonder", new { department = "yonder", costCentre = "yonder", cards = new[] { "0A0B0C0D" } })).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/devices/yonder", new { address = "127.0.0.9", site = "yonder" })).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/price-lists/yonder", new { from = "2026-01-01T00:00:00Z", mono = 0.05m })).Status, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.Created));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/webhooks/yonder", new { address = "https://hooks.example.org/in", events = new[] { "alert" } })).Status, Is.EqualTo(HttpStatusCode.Created));
        foreach ((string name, string kind, string? parent) in new (string, string, string?)[] { ("North", "dealer", null), ("Acme", "customer", "North"), ("yonder dealer", "dealer", null), ("yonder customer", "customer", "yonder dealer"), ("yonder", "site", "yonder customer") })
        {
            Assert.That((int)(await CallAsync(HttpMethod.Put, "/api/v1/fleet/nodes/" + Uri.EscapeDataString(name), new { kind, parent })).Status, Is.InRange(200, 299), name);
        }

        long device = await Database.CountAsync("select id from device where name_folded = 'yonder'");
        await Database.WriteAsync(async (c, _) =>
        {
            await c.ExecuteAsync("insert into project (id, org_id, code, code_folded, name, name_folded, created_at, updated_at) values (777001, 1, 'yonder', 'yonder', 'Yonder', 'yonder', 0, 0)");
            await c.ExecuteAsync("insert into terminal (id, org_id, name, name_folded, device_id, created_at, updated_at) values ('yonder', 1, 'yonder', 'yonder', @device, 0, 0)", new { device });
            return 0;
        }, default);
        SavedReport report = await Services.GetRequiredService<SavedReports>().KeepAsync(1, "person:1", "yonder", ReportAddress.Parse("name=users"), false, default);
        ReportSchedule schedule = await Services.GetRequiredService<ReportSchedules>().AddAsync(report, new ReportSchedule { Owner = "person:1", Role = "manager", Recipients = "a@b.test", Timing = "0 8 1 * *", Zone = "UTC" }, default);
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into report_delivery (id, org_id, schedule_id, report_name, owner, due_at, state, next_try) values (777002, 1, @Id, 'yonder', 'person:1', 1, 4, 0)", new { schedule.Id }), default);
        ids["/report-schedules/{id}"] = ($"{schedule.Id}", "777009");
        ids["/report-deliveries/{id}/send"] = ("777002", "777009");
        ids["saved"] = ($"{report.Id}", "777009");
        long person = await Database.CountAsync("select id from person where user_folded = 'yonder'");
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            """
            insert into session (id, org_id, device_id, terminal_id, person_id, project_id, state, method, functions, project_required, opened_at, last_activity_at, ended_at, settled_at, end_reason, inferred)
            values (777003, 1, @device, 'yonder', @person, 777001, 4, 'card', 'copy', 0, 1774944000000000, 1774944000000000, 1774944060000000, 1774944070000000, 1, 0)
            """, new { device, person }), default);
        ids["session"] = ("777003", "777008");
    }

    [Test]
    public async Task Api_tells_nobody_of_a_part_whether_a_thing_outside_exists()
    {
        int asked = 0;
        foreach ((string role, string scope) in s_scopes)
        {
            // Walked often: each pair with a token of its own, since one takes no more than so many calls a second.
            foreach (ApiEndpoint endpoint in ApiServices.Endpoints(Services).Where(e => e.Access is not null && e.Path != "/events"))
            {
                string token = await TokenAsync(role, scope);
                foreach ((string there, string missing) in Paths(endpoint))
                {
                    HttpMethod method = new(endpoint.Method);
                    // Bodies are as empty as can be: who may not see a thing must be told before what is wrong with the body.
                    object? body = endpoint.Body is null ? null : Body(endpoint, There);
                    (HttpStatusCode status, JsonElement text) = await CallAsync(method, there, body, token);
                    (HttpStatusCode otherStatus, JsonElement otherText) = await CallAsync(method, missing, endpoint.Body is null ? null : Body(endpoint, Missing), token);
                    asked++;
                    Assert.That((status, Masked(text.ToString())), Is.EqualTo((otherStatus, Masked(otherText.ToString()))), $"{method} {there} as {role} {scope}");
                }
            }
        }

        Assert.That(asked, Is.GreaterThan(500));
        Assert.That(await Database.CountAsync("select count(*) from device where org_id = 1 and name_folded = 'yonder'") + await Database.CountAsync("select count(*) from person where org_id = 1 and user_folded = 'yonder'"), Is.EqualTo(2), "and nothing outside was changed");
    }

    [Test]
    public async Task Pages_tell_nobody_of_a_part_whether_a_thing_outside_exists()
    {
        string period = $"from={From}&to={To}";
        string[] pages =
        [
            "/Users/{0}", "/Users?find={0}", "/Users?department={0}", "/Users?group={0}", "/Devices/{0}", "/Projects/{0}", "/Terminals/{0}", "/Devices/{0}/Balance", "/Webhooks/{0}", "/FleetDevice?name={0}&agent=1",
            .. new[] { "device", "user", "project", "department", "costCentre", "site" }.SelectMany(p => new[]
            {
                $"/Reports?name=users&{period}&{p}={{0}}", $"/Reports?name=devices&{period}&{p}={{0}}", $"/Reports?name=coverage&{period}&{p}={{0}}", $"/Sessions?name=jobs&{period}&{p}={{0}}",
                $"/Reports/users.csv?{period}&{p}={{0}}", $"/Reports/jobs.json?{period}&{p}={{0}}", $"/Reports/meters.csv?{period}&{p}={{0}}",
            }),
        ];
        foreach (string group in new[] { "bonn leads", "sales leads", "sales admins", "north dealer", "acme people", "staff" })
        {
            using Browser browser = await PersonAsync("forger of " + group, group);
            foreach (string page in pages)
            {
                Shown there = await browser.OnceAsync(HttpMethod.Get, string.Format(System.Globalization.CultureInfo.InvariantCulture, page, There));
                Shown missing = await browser.OnceAsync(HttpMethod.Get, string.Format(System.Globalization.CultureInfo.InvariantCulture, page, Missing));
                Assert.That((there.Status, there.Location is null ? null : Masked(there.Location), Masked(there.Text)), Is.EqualTo((missing.Status, missing.Location is null ? null : Masked(missing.Location), Masked(missing.Text))), $"{page} as {group}");
            }

            foreach (string page in new[] { "/Sessions/{0}", "/My/Sessions/{0}" })
            {
                Shown there = await browser.OnceAsync(HttpMethod.Get, page.Replace("{0}", ids["session"].There, StringComparison.Ordinal)), missing = await browser.OnceAsync(HttpMethod.Get, page.Replace("{0}", ids["session"].Missing, StringComparison.Ordinal));
                Assert.That((there.Status, there.Location is null ? null : Masked(there.Location), Masked(there.Text)), Is.EqualTo((missing.Status, missing.Location is null ? null : Masked(missing.Location), Masked(missing.Text))), $"{page} as {group}");
                Assert.That(there.Status, Is.Not.EqualTo(HttpStatusCode.OK), $"{page} as {group}");
            }

            foreach ((string path, string handler, string field, string id) in new[]
            {
                ("/SavedReports", "Delete", "id", "saved"), ("/SavedReports", "Schedule", "report", "saved"), ("/SavedReports", "Unschedule", "id", "/report-schedules/{id}"),
                ("/SavedReports", "Change", "id", "/report-schedules/{id}"), ("/SavedReports", "Again", "id", "/report-deliveries/{id}/send"), ("/Privacy", "See", "id", "saved"),
            })
            {
                Dictionary<string, string> form = new() { [field] = ids[id].There, ["when"] = "daily", ["to"] = "a@b.test", ["timing"] = "0 8 * * *" }, other = new(form) { [field] = ids[id].Missing };
                Shown there = await browser.PostAsync(path, form, handler), missing = await browser.PostAsync(path, other, handler);
                Assert.That((there.Status, Masked(there.Text)), Is.EqualTo((missing.Status, Masked(missing.Text))), $"{path} {handler} as {group}");
            }
        }

        Assert.That(await Database.CountAsync("select count(*) from report_schedule") + await Database.CountAsync("select count(*) from report_delivery where state = 4"), Is.EqualTo(2), "and nothing of others was changed");
    }

    /// <summary>An operation's paths with one thing that lies outside, and the same with one that does not exist.</summary>
    private IEnumerable<(string There, string Missing)> Paths(ApiEndpoint endpoint)
    {
        string[] reports = endpoint.Path == "/reports/{name}" ? ["users", "devices", "months", "jobs", "coverage", "meters"] : [""];
        foreach (string report in reports)
        {
            string there = "/api/v1" + Filled(endpoint, true, report), missing = "/api/v1" + Filled(endpoint, false, report);
            if (there != missing)
            {
                yield return (there, missing);
            }

            foreach (ApiParameter parameter in endpoint.Parameters.Where(p => s_naming.Contains(p.Name)))
            {
                string query = endpoint.Parameters.Any(p => p.Name == "from") ? $"?from={From}&to={To}&" : "?";
                yield return ($"{there}{query}{parameter.Name}={There}", $"{there}{query}{parameter.Name}={Missing}");
            }
        }
    }

    private string Filled(ApiEndpoint endpoint, bool isThere, string report) => Regex.Replace(endpoint.Path, "{(\\w+)}", m =>
        ids.TryGetValue(endpoint.Path, out (string There, string Missing) known) ? isThere ? known.There : known.Missing
        : report.Length > 0 ? report : m.Groups[1].Value is "kind" ? "department" : isThere ? There : Missing);

    /// <summary>The least that an operation takes, naming the same thing.</summary>
    private object Body(ApiEndpoint endpoint, string name) => endpoint.Body switch
    {
        "ReportScheduleInput" when endpoint.Method == "POST" => new { report = ids["saved"] is var known && name == There ? known.There : known.Missing, timing = "0 8 1 * *", recipients = new[] { "a@b.test" } },
        _ => new { },
    };

    /// <summary>An answer without the name that it repeats, and without what differs from answer to answer.</summary>
    private string Masked(string text)
    {
        string masked = Regex.Replace(text, "name=\"__RequestVerificationToken\"[^>]*>|CfDJ8[\\w-]+|\"id\":\"\\d+\"|\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "");
        foreach (string name in ids.Values.SelectMany(v => new[] { v.There, v.Missing }).Append(There).Append(Missing))
        {
            masked = masked.Replace(name, "…", StringComparison.OrdinalIgnoreCase);
        }

        return masked;
    }
}
