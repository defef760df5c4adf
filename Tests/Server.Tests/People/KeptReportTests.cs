using System.Net;
using System.Text.Json;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.People;

/// <summary>Kept reports, schedules and limits when their people are merged, exported and erased; and by the API, where what is another's is not there.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class KeptReportTests(Db db) : SiteFixture(db)
{
    private long _due;

    private SavedReports Saved => Services.GetRequiredService<SavedReports>();
    private ReportSchedules Schedules => Services.GetRequiredService<ReportSchedules>();

    [Test]
    public async Task Kept_reports_and_schedules_follow_a_merge_and_go_with_whom_they_are_of()
    {
        (long ina, long max) = (await PersonAsync("ina", "ina@box.test"), await PersonAsync("max", "max@box.test"));
        string ofIna = $"person:{ina}", ofMax = $"person:{max}";
        SavedReport first = await Saved.KeepAsync(1, ofIna, "Copies", ReportAddress.Parse("name=users"), true, default);
        await Saved.KeepAsync(1, ofMax, "copies", ReportAddress.Parse("name=devices"), false, default);
        await ScheduleAsync(first, ofIna, "ina@box.test;boss@box.test");
        await RunAsync(first, ofIna, "INA@box.test was refused: no such user.");
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/users/ina/merge", new { into = "max" })).Status, Is.EqualTo(HttpStatusCode.OK));
        SavedReport[] reports = await Saved.ListAsync(1, ofMax, default);
        Assert.That(reports.Where(r => r.Owner == ofMax).Select(r => r.Name), Is.EqualTo(new[] { "copies", $"Copies ({first.Id})" }), "both are kept, one under another name");
        Assert.That((await Schedules.ListAsync(1, ofMax, null, 100, default)).Select(s => s.ReportId), Is.EqualTo(new[] { first.Id }));
        Assert.That((await Schedules.RunsAsync(1, ofMax, DateTimeOffset.MaxValue, 10, default)), Has.Length.EqualTo(1));
        Assert.That(await Schedules.ListAsync(1, ofIna, null, 100, default), Is.Empty);

        // What others keep and mail: narrowed to a name that goes, and to an address that goes.
        SavedReport others = await Saved.KeepAsync(1, "account:1", "Of somebody", ReportAddress.Parse("name=months&user=INA"), true, default);
        SavedReport all = await Saved.KeepAsync(1, "account:1", "Of all", ReportAddress.Parse("name=users&user=(none)"), false, default);
        ReportSchedule both = await ScheduleAsync(all, "account:1", "Max@box.test;boss@box.test"), alone = await ScheduleAsync(all, "account:1", "max@box.test");
        await RunAsync(all, "account:1", "max@box.test was refused: no such user.");
        using MemoryStream written = new();
        await Services.GetRequiredService<CopyTrack.Server.Api.People.PersonExport>().WriteJsonAsync((await Services.GetRequiredService<PersonRepository>().FindWholeAsync(1, "max", default))!, written, default);
        JsonElement exported = JsonDocument.Parse(written.ToArray()).RootElement;
        Assert.That((exported.GetProperty("keptReports").GetArrayLength(), exported.GetProperty("schedules").GetArrayLength(), exported.GetProperty("mails").GetArrayLength(), exported.GetProperty("mailedTo").GetArrayLength()), Is.EqualTo((2, 1, 1, 2)));
        Assert.That(exported.GetProperty("mailedTo").ToString(), Does.Not.Contain("boss"), "whom else they mail to is not the person's");

        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/users/max")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Saved.ListAsync(1, "account:1", default)).Select(r => r.Id), Is.EqualTo(new[] { all.Id }), "not the one that was narrowed to a name that is gone");
        Assert.That(await Saved.GetAsync(1, "account:1", others.Id, default), Is.Null);
        Dictionary<long, ReportSchedule> left = (await Schedules.ListAsync(1, null, null, 100, default)).ToDictionary(s => s.Id);
        Assert.That(left.Keys, Is.EquivalentTo(new[] { both.Id, alone.Id }));
        Assert.That((left[both.Id].Recipients, left[both.Id].Enabled, left[alone.Id].Recipients, left[alone.Id].Enabled), Is.EqualTo(("boss@box.test", true, "", false)), "one that mails to nobody rests");
        Assert.That((await Schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 10, default)).Select(r => r.Message), Is.EqualTo(new string?[] { null }));
        string log = string.Join('\n', (await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(), null, 1000, default)).Select(r => $"{r.Action} {r.BeforeValue} {r.AfterValue}"));
        Assert.That(log, Does.Contain("report.delete").And.Contain("schedule.change").And.Not.Contain("ina@").IgnoreCase.And.Not.Contain("max@").IgnoreCase.And.Not.Contain("user=INA"));
    }

    [Test]
    public async Task Limit_of_a_person_counts_what_was_spent_by_whoever_was_merged_into_them()
    {
        (long uta, long una) = (await PersonAsync("uta", null), await PersonAsync("una", null));
        int today = DateOnly.FromDateTime(DateTime.UtcNow).DayNumber;
        foreach ((long person, long cost) in new[] { (uta, 3_000_000L), (una, 4_000_000L) })
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync(
                "insert into usage_day (org_id, day, person_id, project_id, device_id, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros) "
                + "values (1, @today, @person, 0, @Hall, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, @cost)", new { today, person, Hall, cost }), default);
        }

        QuotaRepository quotas = Services.GetRequiredService<QuotaRepository>();
        DateOnly day = DateOnly.FromDayNumber(today);
        await quotas.PutAsync(1, QuotaKind.Person, $"{una}", QuotaPeriod.Day, null, 20_000_000, 0, "test", default);
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/users/una/merge", new { into = "uta" })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await quotas.FindAsync(1, QuotaKind.Person, $"{una}", day, default), Is.Null);
        Assert.That((await quotas.FindAsync(1, QuotaKind.Person, $"{uta}", day, default))!.Used, Is.EqualTo(7_000_000), "the limit went over, and all that was spent counts");
        IReadOnlyList<StandingQuota> standing = [];
        await new QuotaHoldRepository(Database).TakeAsync(new HoldQuestion(uta, null, "session:1", Hall), day, DateTimeOffset.UtcNow, limits =>
        {
            standing = limits;
            return default(Hold) with { Left = 0 };
        }, default);
        Assert.That(standing.Single().Used, Is.EqualTo(7_000_000), "and a session meets the same");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from usage_day where person_id in (@uta, @una)", new { uta, una }), default);
    }

    [Test]
    public async Task Tokens_keep_reports_and_schedules_of_their_own_and_those_of_others_are_not_there()
    {
        string manager = await TokenAsync(Roles.Manager, "department=Sales"), other = await TokenAsync(Roles.Manager);
        (HttpStatusCode status, JsonElement kept) = await CallAsync(HttpMethod.Put, "/api/v1/saved-reports/Mine", new { address = "name=users&period=lastMonth" }, manager);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), kept.ToString());
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/saved-reports/mine", new { address = "name=users", shared = false }, manager)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/saved-reports/bad", new { address = "name=users&period=someday" }, manager)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/saved-reports/bad", new { address = "name=passwords" }, manager)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        string report = kept.GetProperty("id").GetString()!;
        (status, JsonElement added) = await CallAsync(HttpMethod.Post, "/api/v1/report-schedules", new { report, timing = "0 8 1 * *", recipients = new[] { "boss@box.test" }, formats = new[] { "csv" } }, manager);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), added.ToString());
        string schedule = "/api/v1/report-schedules/" + added.GetProperty("id").GetString();
        Assert.That((await CallAsync(HttpMethod.Put, schedule, new { enabled = false }, manager)).Body.GetProperty("enabled").GetBoolean(), Is.False);
        Assert.That((await CallAsync(HttpMethod.Put, schedule, new { timing = "whenever" }, manager)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await GetAsync("/api/v1/report-schedules", other)).GetProperty("items").GetArrayLength(), Is.Zero);
        foreach ((HttpMethod method, string path, string missing, object? body) in new (HttpMethod, string, string, object?)[]
        {
            (HttpMethod.Get, "/api/v1/saved-reports/Mine", "/api/v1/saved-reports/None", null), (HttpMethod.Delete, "/api/v1/saved-reports/Mine", "/api/v1/saved-reports/None", null),
            (HttpMethod.Put, schedule, "/api/v1/report-schedules/1", new { enabled = true }), (HttpMethod.Delete, schedule, "/api/v1/report-schedules/1", null),
        })
        {
            Assert.That((await CallAsync(method, path, body, other)).Status, Is.EqualTo(HttpStatusCode.NotFound), path);
            Assert.That((await CallAsync(method, missing, body, other)).Status, Is.EqualTo(HttpStatusCode.NotFound), missing);
        }

        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/report-schedules", new { report, timing = "0 8 1 * *", recipients = new[] { "boss@box.test" } }, other)).Status, Is.EqualTo(HttpStatusCode.NotFound), "not shared");
        await RunAsync((await Saved.ListAsync(1, await OwnerAsync(schedule), default)).Single(r => r.Name == "mine"), await OwnerAsync(schedule), "refused");
        JsonElement runs = (await GetAsync("/api/v1/report-deliveries?limit=1", manager)).GetProperty("items");
        string again = $"/api/v1/report-deliveries/{runs[0].GetProperty("id").GetString()}/send";
        Assert.That((await CallAsync(HttpMethod.Post, again, token: other)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Post, again, token: manager)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await GetAsync("/api/v1/report-schedules")).GetProperty("items").EnumerateArray().Select(s => s.GetProperty("report").GetString()), Has.Member(report), "administrators of everything see all");
        Assert.That((await CallAsync(HttpMethod.Delete, schedule)).Status, Is.EqualTo(HttpStatusCode.NoContent), "and may end any");
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/saved-reports/Mine", token: manager)).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    private async Task<string> OwnerAsync(string schedule) => (await Schedules.GetAsync(long.Parse(schedule[(schedule.LastIndexOf('/') + 1)..], System.Globalization.CultureInfo.InvariantCulture), default))!.Owner;

    private async Task<long> PersonAsync(string name, string? email)
    {
        Assert.That((await CallAsync(HttpMethod.Put, $"/api/v1/users/{name}", new { email })).Status, Is.EqualTo(HttpStatusCode.Created));
        return (await Services.GetRequiredService<PersonRepository>().FindAsync(1, name, default))!.Id;
    }

    private Task<ReportSchedule> ScheduleAsync(SavedReport report, string owner, string to) =>
        Schedules.AddAsync(report, new ReportSchedule { Owner = owner, Role = "manager", Recipients = to, Timing = "0 8 1 * *", Zone = "Europe/Berlin" }, default);

    private Task RunAsync(SavedReport report, string owner, string message) => Database.WriteAsync((c, _) => c.ExecuteAsync(
        "insert into report_delivery (id, org_id, schedule_id, report_name, owner, due_at, state, next_try, message) select @id, 1, s.id, 'x', @owner, @due, 4, 0, @message from report_schedule s where s.report_id = @Id2 order by s.id limit 1",
        new { id = Ids.Next(), owner, message, due = ++_due, Id2 = report.Id }), default);
}
