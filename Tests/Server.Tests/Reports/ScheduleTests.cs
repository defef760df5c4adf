using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Mail;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Saved reports, their due runs, and the mails that a real mail server gets.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ScheduleTests(Db db) : OfficeFixture(db)
{
    private PrivateExim _exim = null!;
    private Clock _clock = null!;
    private string? _mayNot;
    private ReportScope _sees = ReportScope.Everything;

    [OneTimeSetUp]
    public async Task StartMailAsync() => _exim = await PrivateExim.StartAsync();

    [OneTimeTearDown]
    public async Task StopMailAsync() => await _exim.DisposeAsync();

    [SetUp]
    public async Task BeginAsync()
    {
        _clock = new Clock(new DateTimeOffset(2026, 4, 1, 5, 0, 0, TimeSpan.Zero));
        _mayNot = null;
        _sees = ReportScope.Everything;
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from saved_report"), default);
    }

    [Test]
    public async Task Report_of_last_month_is_mailed_on_the_first_with_what_the_ledger_says()
    {
        (ReportSchedules schedules, ReportRounds rounds) = Node("n1");
        await ScheduleAsync(schedules, "name=users&period=lastMonth", "boss@box.test", "xlsx;csv");
        Assert.That(await rounds.RoundAsync(default), Is.Zero, "it is not eight yet");

        _clock.Now = new DateTimeOffset(2026, 4, 1, 6, 0, 5, TimeSpan.Zero);
        Assert.That(await rounds.RoundAsync(default), Is.EqualTo(1));
        ReportDelivery run = (await schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 10, default)).Single();
        Assert.That((run.Status, run.Attempts, run.DueAt), Is.EqualTo((DeliveryState.Sent, 1, new DateTimeOffset(2026, 4, 1, 6, 0, 0, TimeSpan.Zero))), run.Message);
        Assert.That(await rounds.RoundAsync(default), Is.Zero, "each due run is mailed once");

        string mail = Encoding.ASCII.GetString(await _exim.TakeAsync());
        Assert.That(mail, Does.Contain("Subject: Copies of Sales: March 2026").And.Contain("To: boss@box.test").And.Contain("Auto-Submitted: auto-generated"));
        using ZipArchive workbook = new(new MemoryStream(Attachment(mail, "users-2026-03-01-2026-03-31.xlsx")));
        XNamespace main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        XElement[] rows = [.. XDocument.Load(workbook.GetEntry("xl/worksheets/sheet1.xml")!.Open()).Descendants(main + "row")];
        Assert.That(rows.Select(r => string.Join(' ', r.Elements().Take(4).Select(c => c.Value))), Is.EqualTo(new[] { "Key Name Jobs Pages", "alice Alice Ärmel 1 7", "bob =Bob 1 7", "Total SUBTOTAL(109,C2:C3)2 SUBTOTAL(109,D2:D3)14 SUBTOTAL(109,E2:E3)4" }));
        Assert.That(Encoding.UTF8.GetString(Attachment(mail, "users-2026-03-01-2026-03-31.csv")), Does.Contain("bob,'=Bob,1,7,"));
        string html = Decoded(mail, "text/html");
        Assert.That(html, Does.Contain("Alice &#xC4;rmel").And.Contain("bgcolor=\"#17614f\"").And.Contain("CO&#x2082;e").And.Contain("https://copytrack.test/Reports?name=users&amp;period=lastMonth").And.Not.Contain("<script"));
    }

    [Test]
    public async Task Mail_shows_what_all_scopes_of_its_owner_show_and_no_more()
    {
        (ReportSchedules schedules, ReportRounds rounds) = Node("n1");
        await ScheduleAsync(schedules, "name=devices&period=lastMonth", "boss@box.test", "csv");
        _clock.Now = new DateTimeOffset(2026, 4, 1, 6, 0, 5, TimeSpan.Zero);
        _sees = ReportScope.Parts(1, ["Bonn"], ["Sales", "Legal"]);
        Assert.That(await rounds.RoundAsync(default), Is.EqualTo(1));
        string file = Encoding.UTF8.GetString(Attachment(Encoding.ASCII.GetString(await _exim.TakeAsync()), "devices-2026-03-01-2026-03-31.csv"));
        Assert.That(file, Does.Contain("attic,attic,1,7,").And.Contain("hall,hall,1,7,"), "the site's device whole, of the other one what Sales made");
    }

    [Test]
    public async Task Two_nodes_share_what_is_due_and_mail_each_run_once()
    {
        (ReportSchedules schedules, ReportRounds one) = Node("n1");
        (_, ReportRounds two) = Node("n2");
        for (int i = 0; i < 6; i++)
        {
            await ScheduleAsync(schedules, "name=devices&period=lastMonth", $"many{i}@box.test", "", name: $"Report {i}");
        }

        _clock.Now = new DateTimeOffset(2026, 4, 1, 6, 1, 0, TimeSpan.Zero);
        int[] made = await Task.WhenAll(Task.Run(() => one.RoundAsync(default)), Task.Run(() => two.RoundAsync(default)));
        Assert.That(made.Sum(), Is.EqualTo(6));
        Assert.That((await schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 100, default)).Select(r => r.Status), Is.EqualTo(Enumerable.Repeat(DeliveryState.Sent, 6)));
        HashSet<string> to = [];
        for (int i = 0; i < 6; i++)
        {
            to.Add(Regex.Match(Encoding.ASCII.GetString(await _exim.TakeAsync()), "To: (many.)@").Groups[1].Value);
        }

        Assert.That(to, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task Mail_that_is_put_off_is_tried_again_later_and_at_last_given_up()
    {
        (ReportSchedules schedules, ReportRounds rounds) = Node("n1");
        await ScheduleAsync(schedules, "name=users", "later@box.test", "");
        _clock.Now = new DateTimeOffset(2026, 4, 1, 6, 1, 0, TimeSpan.Zero);
        for (int attempt = 1; attempt <= ReportDeliverer.MostAttempts; attempt++)
        {
            Assert.That(await rounds.RoundAsync(default), Is.EqualTo(1), $"try {attempt}");
            ReportDelivery run = (await schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 10, default)).Last();
            Assert.That((run.Status, run.Attempts), Is.EqualTo((attempt < ReportDeliverer.MostAttempts ? DeliveryState.Waiting : DeliveryState.Failed, attempt)));
            Assert.That(run.Message, Does.Contain("later@box.test"));
            Assert.That(await rounds.RoundAsync(default), Is.Zero, "not before its time");
            _clock.Now += ReportDeliverer.Wait(attempt);
        }

        ReportDelivery failed = (await schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 10, default)).Last();
        Assert.That(await schedules.AgainAsync(1, "person:2", failed.Id, "person:2", default), Is.False, "not another's");
        Assert.That(await schedules.AgainAsync(1, "person:1", failed.Id, "person:1", default), Is.True);
        Assert.That((await schedules.RunsAsync(1, "person:1", DateTimeOffset.MaxValue, 10, default)).Last().Status, Is.EqualTo(DeliveryState.Waiting));
    }

    [Test]
    public async Task Owner_who_may_see_nothing_any_more_gets_nothing_mailed()
    {
        (ReportSchedules schedules, ReportRounds rounds) = Node("n1");
        await ScheduleAsync(schedules, "name=users", "boss@box.test", "csv");
        _mayNot = "person:1";
        _clock.Now = new DateTimeOffset(2026, 4, 1, 6, 1, 0, TimeSpan.Zero);
        await rounds.RoundAsync(default);
        ReportDelivery run = (await schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 10, default)).Single();
        Assert.That((run.Status, run.Message), Is.EqualTo((DeliveryState.Failed, "Whose schedule it is may see no reports any more; delete it, or let somebody else make one.")));
    }

    [Test]
    public async Task After_a_long_rest_the_last_due_run_is_mailed_and_the_others_are_told()
    {
        (ReportSchedules schedules, ReportRounds rounds) = Node("n1");
        await ScheduleAsync(schedules, "name=users&period=lastMonth", "boss@box.test", "", timing: "0 8 * * *");
        _clock.Now = new DateTimeOffset(2026, 4, 4, 12, 0, 0, TimeSpan.Zero);
        Assert.That(await rounds.RoundAsync(default), Is.EqualTo(1));
        Assert.That((await schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 10, default)).Select(r => (r.DueAt.Day, r.Status)), Is.EqualTo(new[]
        {
            (4, DeliveryState.Sent), (3, DeliveryState.Missed), (2, DeliveryState.Missed), (1, DeliveryState.Missed),
        }));
        await _exim.TakeAsync();
        Assert.That((await schedules.ListAsync(1, null, null, 100, default)).Single().NextDue, Is.EqualTo(new DateTimeOffset(2026, 4, 5, 6, 0, 0, TimeSpan.Zero)));
    }

    [Test]
    public async Task Node_that_dies_while_it_makes_a_run_is_replaced_and_one_that_dies_behind_the_mail_leaves_a_doubt()
    {
        (ReportSchedules dead, _) = Node("dead");
        (ReportSchedules schedules, ReportRounds rounds) = Node("n1");
        await ScheduleAsync(schedules, "name=users", "boss@box.test", "");
        _clock.Now = new DateTimeOffset(2026, 4, 1, 6, 1, 0, TimeSpan.Zero);
        await schedules.RecordDueAsync(default);
        ReportDelivery lost = (await dead.ClaimAsync(default))!;
        Assert.That(await rounds.RoundAsync(default), Is.Zero, "the claim holds");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update report_delivery set claim_until = 1"), default);
        Assert.That(await rounds.RoundAsync(default), Is.EqualTo(1));
        await _exim.TakeAsync();
        Assert.That(await dead.PutAsync(lost, DeliveryState.Sending, _clock.Now, null, default), Is.False, "who comes back sends nothing");

        _clock.Now = new DateTimeOffset(2026, 5, 1, 6, 1, 0, TimeSpan.Zero);
        await schedules.RecordDueAsync(default);
        ReportDelivery sending = (await dead.ClaimAsync(default))!;
        Assert.That(await dead.PutAsync(sending, DeliveryState.Sending, _clock.Now, null, default), Is.True);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update report_delivery set claim_until = 1 where state = 2"), default);
        Assert.That(await rounds.RoundAsync(default), Is.Zero, "it may have arrived, so it is not repeated");
        Assert.That((await schedules.RunsAsync(1, null, DateTimeOffset.MaxValue, 10, default))[0].Status, Is.EqualTo(DeliveryState.Doubtful));
    }

    [Test]
    public async Task Saved_reports_are_their_owners_and_a_forged_id_is_none()
    {
        SavedReports saved = new(Database, Audit, Ids, _clock);
        SavedReport own = await saved.KeepAsync(1, "person:1", " Mine ", ReportAddress.Parse("name=users&department=<script>"), false, default);
        SavedReport shared = await saved.KeepAsync(1, "person:2", "Ours", ReportAddress.Parse("name=devices"), true, default);
        Assert.That((await saved.KeepAsync(1, "person:1", "MINE", ReportAddress.Parse("name=sites"), false, default)).Id, Is.EqualTo(own.Id), "the same name is the same report");
        Assert.That((await saved.ListAsync(1, "person:1", default)).Select(r => (r.Name, r.Address)), Is.EqualTo(new[] { ("MINE", "name=sites"), ("Ours", "name=devices") }));
        Assert.That(await saved.GetAsync(1, "person:3", own.Id, default), Is.Null);
        Assert.That(await saved.GetAsync(2, "person:1", own.Id, default), Is.Null, "another organisation");
        Assert.That(await saved.DeleteAsync(1, "person:1", shared.Id, default), Is.False, "shared is not given away");
        Assert.That(await saved.DeleteAsync(1, "person:2", shared.Id, default), Is.True);
        Assert.That(() => saved.KeepAsync(1, "person:1", new string('x', 101), ReportAddress.Parse(""), false, default), Throws.TypeOf<ReportRequestException>());
    }

    [Test]
    public async Task Every_change_of_kept_reports_and_schedules_is_told_without_names_and_addresses()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from audit_log"), default);
        SavedReports saved = new(Database, Audit, Ids, _clock);
        (ReportSchedules schedules, _) = Node("n1");
        SavedReport report = await saved.KeepAsync(1, "person:1", "Copies", ReportAddress.Parse("name=users&department=Sales"), false, default);
        await saved.KeepAsync(1, "person:1", "Copies", ReportAddress.Parse("name=users&department=Sales"), false, default);
        await saved.KeepAsync(1, "person:1", "Copies", ReportAddress.Parse("name=devices"), true, default);
        await saved.KeepAsync(1, "person:1", "About alice", ReportAddress.Parse("name=months&user=alice"), false, default);
        ReportSchedule schedule = await schedules.AddAsync(report, new ReportSchedule { Owner = "person:1", Role = "manager", Recipients = "boss@box.test,alice@out.test", Timing = "0 8 1 * *", Zone = "Europe/Berlin" }, default);
        Assert.That(await schedules.ChangeAsync(1, "person:2", schedule.Id, s => s with { Enabled = false }, default), Is.Null, "another's");
        Assert.That(await schedules.ChangeAsync(2, "person:1", schedule.Id, s => s with { Enabled = false }, default), Is.Null, "another organisation's");
        Assert.That((await schedules.ChangeAsync(1, "person:1", schedule.Id, s => s with { Timing = "30 9 * * 1", Recipients = "boss@box.test", Owner = "person:9" }, default))!.Owner, Is.EqualTo("person:1"));
        Assert.That((await schedules.ListAsync(1, "person:1", null, 100, default)).Single().NextDue, Is.EqualTo(new DateTimeOffset(2026, 4, 6, 7, 30, 0, TimeSpan.Zero)));
        Assert.That(() => schedules.ChangeAsync(1, "person:1", schedule.Id, s => s with { Recipients = "nobody" }, default), Throws.TypeOf<ReportRequestException>());
        Assert.That(await saved.DeleteAsync(1, "person:1", report.Id, default), Is.True);
        string[] told = [.. (await Audit.ListAsync(1, new AuditQuestion(), null, 100, default)).Reverse().Select(r => $"{r.Actor} {r.Action} {r.BeforeValue} {r.AfterValue}")];
        Assert.That(told, Is.EqualTo(new[]
        {
            "person:1 report.add  {\"contents\":\"name=users&department=Sales\",\"name\":\"Copies\",\"shared\":false}",
            "person:1 report.change {\"contents\":\"name=users&department=Sales\",\"shared\":false} {\"contents\":\"name=devices\",\"shared\":true}",
            "person:1 report.add  {\"contents\":\"name=months\",\"name\":\"•\",\"shared\":false,\"user\":\"•\"}",
            $"person:1 schedule.add  {{\"addresses\":\"•\",\"enabled\":true,\"formats\":\"\",\"language\":\"en\",\"recipients\":\"1 at box.test, 1 at out.test\",\"report\":\"report:{report.Id}\",\"role\":\"manager\",\"timing\":\"0 8 1 * *\",\"zone\":\"Europe/Berlin\"}}",
            "person:1 schedule.change {\"addresses\":\"•\",\"recipients\":\"1 at box.test, 1 at out.test\",\"timing\":\"0 8 1 * *\"} {\"addresses\":\"•\",\"recipients\":\"1 at box.test\",\"timing\":\"30 9 * * 1\"}",
            $"person:1 schedule.delete {{\"addresses\":\"•\",\"enabled\":true,\"formats\":\"\",\"language\":\"en\",\"recipients\":\"1 at box.test\",\"report\":\"report:{report.Id}\",\"role\":\"manager\",\"timing\":\"30 9 * * 1\",\"zone\":\"Europe/Berlin\"}} ",
            "person:1 report.delete {\"contents\":\"name=devices\",\"name\":\"Copies\",\"shared\":true} ",
        }));
    }

    [TestCase("0 8 1 * *", "Europe/Berlin", "a b@c", "", "no mail address")]
    [TestCase("0 8 1 * *", "Europe/Berlin", "x@y.test\r\nBcc: z@y.test", "", "no mail address")]
    [TestCase("0 8 1 * *", "Europe/Berlin", "", "", "1 to 20")]
    [TestCase("0 8 1 * *", "Moon/Sea", "a@b.test", "", "time zone")]
    [TestCase("soon", "Europe/Berlin", "a@b.test", "", "five fields")]
    [TestCase("0 8 1 * *", "Europe/Berlin", "a@b.test", "exe", "xlsx, pdf, csv")]
    [TestCase("* * * * *", "Europe/Berlin", "a@b.test", "", "once an hour at most")]
    [TestCase("0,30 8 * * *", "Europe/Berlin", "a@b.test", "", "once an hour at most")]
    [TestCase("*/59 8 * * *", "Europe/Berlin", "a@b.test", "", "once an hour at most")]
    public void Schedule_that_can_not_be_is_told(string timing, string zone, string recipients, string formats, string message)
    {
        (ReportSchedules schedules, _) = Node("n1");
        Assert.That(() => schedules.AddAsync(new SavedReport(), new ReportSchedule { Timing = timing, Zone = zone, Recipients = recipients, Formats = formats }, default),
            Throws.TypeOf<ReportRequestException>().With.Message.Contains(message));
    }

    [Test]
    public async Task One_owner_has_a_bounded_number_of_schedules_and_a_long_list_is_cut_into_pages()
    {
        (ReportSchedules schedules, _) = Node("n1");
        SavedReports saved = new(Database, Audit, Ids, _clock);
        SavedReport[] reports = [await saved.KeepAsync(1, "person:1", "Beta", ReportAddress.Parse("name=users"), true, default), await saved.KeepAsync(1, "person:1", "alpha", ReportAddress.Parse("name=users"), true, default)];
        ReportSchedule wanted = new() { Owner = "person:1", Timing = "5 * * * *", Zone = "Europe/Berlin", Recipients = "a@b.test" };
        for (int i = 0; i < ReportSchedules.MostOfOne; i++)
        {
            await schedules.AddAsync(reports[i % 2], wanted, default);
        }

        Assert.That(() => schedules.AddAsync(reports[0], wanted, default), Throws.TypeOf<ReportRequestException>().With.Message.Contains("100 schedules already"));
        await schedules.AddAsync(reports[0], wanted with { Owner = "person:2" }, default);
        List<ReportSchedule> listed = [];
        for (ReportSchedule[] page = []; listed.Count == 0 || page.Length == 30; listed.AddRange(page))
        {
            page = await schedules.ListAsync(1, null, listed.Count == 0 ? null : SchedulePlace.Of(listed[^1]), 30, default);
        }

        Assert.That((listed.Count, listed.Select(s => s.Id).Distinct().Count(), listed[0].ReportName, listed[^1].ReportName), Is.EqualTo((101, 101, "alpha", "Beta")));
    }

    [Test]
    public async Task Schedule_of_each_minute_that_was_kept_before_can_rest_but_not_go_on()
    {
        (ReportSchedules schedules, _) = Node("n1");
        await ScheduleAsync(schedules, "name=users", "a@b.test", "");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update report_schedule set timing = '* * * * *'"), default);
        ReportSchedule one = (await schedules.ListAsync(1, null, null, 10, default)).Single();
        Assert.That((await schedules.ChangeAsync(1, one.Owner, one.Id, s => s with { Enabled = false }, default))!.Enabled, Is.False);
        Assert.That(() => schedules.ChangeAsync(1, one.Owner, one.Id, s => s with { Enabled = true }, default), Throws.TypeOf<ReportRequestException>());
    }

    private AuditLog Audit => new(Database, Ids, _clock);

    private async Task ScheduleAsync(ReportSchedules schedules, string query, string to, string formats, string name = "Copies of Sales", string timing = "0 8 1 * *")
    {
        SavedReport report = await new SavedReports(Database, Audit, Ids, _clock).KeepAsync(1, "person:1", name, ReportAddress.Parse(query), false, default);
        await schedules.AddAsync(report, new ReportSchedule { Owner = "person:1", Recipients = to, Formats = formats, Timing = timing, Zone = "Europe/Berlin" }, default);
    }

    private (ReportSchedules Schedules, ReportRounds Rounds) Node(string name)
    {
        ReportOptions options = ReportOptions with
        {
            Mail = new MailOptions { Server = new SmtpSettings { Host = "127.0.0.1", Port = _exim.PlainPort, Security = SmtpSecurity.None }, From = Mailbox.TryParse("copytrack@site.test"), Link = "https://copytrack.test/" },
        };
        ReportSchedules schedules = new(Database, Audit, Ids, new DataOptions { Node = name }, _clock);
        EntryReader entries = new(Database);
        ReportViews views = new(Reports, entries, new TopPeople(Database, options), options, _clock);
        ReportDeliverer deliverer = new(schedules, views, new ReportFiles(Reports, views, new PdfPrinter(options.Pdf), options, _clock), new Owners(this), EnglishWords.Instance, options, _clock, NullLogger<ReportDeliverer>.Instance);
        return (schedules, new ReportRounds(schedules, deliverer, _clock, NullLogger<ReportRounds>.Instance));
    }

    private static byte[] Attachment(string mail, string name)
    {
        string part = mail.ReplaceLineEndings("\n").Split("\n--").Single(p => p.Contains("attachment", StringComparison.Ordinal) && p.Contains(name, StringComparison.Ordinal));
        return Convert.FromBase64String(part[(part.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);
    }

    private static string Decoded(string mail, string type)
    {
        string part = mail.ReplaceLineEndings("\n").Split("\n--").Last(p => p.Contains($"Content-Type: {type}", StringComparison.Ordinal));
        string text = part[(part.IndexOf("\n\n", StringComparison.Ordinal) + 2)..].Replace("=\n", "", StringComparison.Ordinal);
        return Encoding.UTF8.GetString([.. Regex.Matches(text, "=([0-9A-F]{2})|(.)", RegexOptions.Singleline).Select(m => m.Groups[1].Success ? Convert.ToByte(m.Groups[1].Value, 16) : (byte)m.Value[0])]);
    }

    private sealed class Owners(ScheduleTests test) : IReportOwners
    {
        public Task<ReportScope?> ScopeOfAsync(string owner, string role, CancellationToken cancellationToken) => Task.FromResult(owner == test._mayNot ? null : test._sees);
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
