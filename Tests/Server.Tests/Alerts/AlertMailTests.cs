using System.Text;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Mail;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Alerts;

/// <summary>Mails about alerts, taken by a real mail server.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock and one set of rules.
internal sealed class AlertMailTests(Db db) : AlertFixture(db)
{
    private PrivateExim _exim = null!;

    [OneTimeSetUp]
    public async Task StartMailAsync()
    {
        _exim = await PrivateExim.StartAsync();
        MailServer = new SmtpSettings { Host = "127.0.0.1", Port = _exim.PlainPort, Security = SmtpSecurity.None };
    }

    [OneTimeTearDown]
    public async Task StopMailAsync() => await _exim.DisposeAsync();

    [Test]
    public async Task Beginning_reminder_others_and_end_come_to_whom_they_are_for()
    {
        var devices = new[] { await DeviceAsync(), await DeviceAsync("globex hq") };
        await RuleAsync(new AlertRuleInput
        {
            Name = "Toner of all", Kind = "supplyLow", Percent = 10, Recipients = ["boss@box.test", "BOSS@box.test"], RepeatMinutes = 60, EscalateMinutes = 90, EscalateTo = ["chief@box.test"],
        });
        foreach (var device in devices)
        {
            await SaysAsync(device, toner: 7);
        }

        var node = Node(page: 100);
        await node.LookAsync();
        Assert.That(await node.Mailer.RoundAsync(default), Is.EqualTo(1), "what one look finds is one mail");
        var mail = Plain(await _exim.TakeAsync());
        Assert.That(mail, Does.Contain("Subject: 2 alerts: Toner of all").And.Contain("To: boss@box.test").And.Contain("Auto-Submitted: auto-generated").And.Contain("https://copytrack.test/Alerts"));
        Assert.That(mail, Does.Contain("New:").And.Contain($"- [Warning] {devices[0].Name} (acme north): Black toner has 7 % left.").And.Contain($"{devices[1].Name} (globex hq)"));
        Assert.That(await node.Mailer.RoundAsync(default), Is.Zero);

        Assert.That(await Alerts.NoteAsync((await AllAsync()).Single(a => a.DeviceId == devices[1].Id), "account:1", "ordered", default), Is.True);
        Assert.That(await MailsAsync(node, 60), Is.EqualTo(new[] { "boss@box.test: Still: " + devices[0].Name + ": Black toner has 7 % left." }), "nobody is reminded of what somebody takes care of");
        Assert.That(await MailsAsync(node, 30), Is.EqualTo(new[] { "chief@box.test: Still: " + devices[0].Name + ": Black toner has 7 % left." }));
        Assert.That(await MailsAsync(node, 60), Is.EqualTo(new[] { "boss@box.test, chief@box.test: Still: " + devices[0].Name + ": Black toner has 7 % left." }));
        foreach (var device in devices)
        {
            await SaysAsync(device, toner: 100);
        }

        Assert.That((await MailsAsync(node, 1, 2)).Order(StringComparer.Ordinal), Is.EqualTo(new[]
        {
            "boss@box.test, chief@box.test: Over: " + devices[0].Name + ": Black toner has 7 % left.", "boss@box.test: Over: " + devices[1].Name + ": Black toner has 7 % left.",
        }));
        var told = await Alerts.TellingsAsync((await AllAsync()).Single(a => a.DeviceId == devices[0].Id).Id, default);
        Assert.That(told.Select(t => ((AlertTelling)t.What, (DeliveryState)t.State)), Is.EqualTo(new[]
        {
            (AlertTelling.Raised, DeliveryState.Sent), (AlertTelling.Reminder, DeliveryState.Sent), (AlertTelling.Escalated, DeliveryState.Sent), (AlertTelling.Reminder, DeliveryState.Sent), (AlertTelling.Resolved, DeliveryState.Sent),
        }));
    }

    [Test]
    public async Task Mail_that_is_put_off_is_tried_again_shown_and_at_last_given_up()
    {
        var device = await DeviceAsync();
        await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10, Recipients = ["later@box.test"] });
        await SaysAsync(device, toner: 7);
        var node = Node();
        await node.LookAsync();
        for (var attempt = 1; attempt <= ReportDeliverer.MostAttempts; attempt++)
        {
            Assert.That(await Node($"n{attempt}").Mailer.RoundAsync(default), Is.EqualTo(1), $"try {attempt}");
            var telling = (await Alerts.TellingsAsync((await AllAsync()).Single().Id, default)).Single();
            Assert.That((telling.Attempts, (DeliveryState)telling.State), Is.EqualTo((attempt, attempt < ReportDeliverer.MostAttempts ? DeliveryState.Waiting : DeliveryState.Failed)), telling.Message);
            Assert.That(telling.Message, Does.Contain("later@box.test"));
            Assert.That(await node.Mailer.RoundAsync(default), Is.Zero, "not before its time");
            Clock.Now += ReportDeliverer.Wait(attempt);
        }

        var alert = (await AllAsync()).Single();
        Assert.That(await Alerts.SendAgainAsync(alert, "test", default), Is.True);
        Assert.That(await Alerts.SendAgainAsync(alert, "test", default), Is.False);
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'alert.mail.again' and subject = @subject", new { subject = FormattableString.Invariant($"alert:{alert.Id}") }), Is.EqualTo(1));
        Assert.That(await node.Mailer.RoundAsync(default), Is.EqualTo(1));
    }

    [Test]
    public async Task Server_that_dies_behind_the_mail_leaves_a_doubt_and_never_a_second_mail()
    {
        var device = await DeviceAsync();
        await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10 });
        await SaysAsync(device, toner: 7);
        var node = Node();
        await node.LookAsync();
        var dead = new AlertMails(Database, new CopyTrack.Server.Data.DataOptions { Node = "dead" }, Clock);
        var claimed = (await dead.ClaimAsync(default))!;
        Assert.That(await dead.PutAsync(claimed, (int)DeliveryState.Sending, Clock.Now, null, null, default), Is.True);
        Assert.That(await node.Mailer.RoundAsync(default), Is.Zero);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update alert_mail set claim_until = 1"), default);
        Assert.That(await node.Mailer.RoundAsync(default), Is.Zero, "it may have arrived");
        var telling = (await Alerts.TellingsAsync((await AllAsync()).Single().Id, default)).Single();
        Assert.That(((DeliveryState)telling.State, telling.Message), Is.EqualTo((DeliveryState.Doubtful, "The server ended while it handed the mail over; it may have arrived.")));
    }

    [Test]
    public async Task Without_a_mail_server_the_cause_is_told_and_it_is_tried_again()
    {
        var (device, server) = (await DeviceAsync(), MailServer);
        await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10 });
        await SaysAsync(device, toner: 7);
        MailServer = null;
        await Node().LookAsync();
        await Node().Mailer.RoundAsync(default);
        MailServer = server;
        var telling = (await Alerts.TellingsAsync((await AllAsync()).Single().Id, default)).Single();
        Assert.That(((DeliveryState)telling.State, telling.Message), Is.EqualTo((DeliveryState.Waiting, "No mail server is configured: set Mail:Host and Mail:From.")));
        Clock.Now += TimeSpan.FromMinutes(2);
        Assert.That(await Node().Mailer.RoundAsync(default), Is.EqualTo(1));
        await _exim.TakeAsync();
    }

    /// <summary>The mail with its quoted-printable body undone.</summary>
    private static string Plain(byte[] mail) => Regex.Replace(
        Encoding.UTF8.GetString(mail).ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal), "=([0-9A-F]{2})", m => ((char)Convert.ToByte(m.Groups[1].Value, 16)).ToString());

    private async Task<string[]> MailsAsync(TestNode node, int minutes, int expected = 1)
    {
        Clock.Now += TimeSpan.FromMinutes(minutes);
        await node.LookAsync();
        Assert.That(await node.Mailer.RoundAsync(default), Is.EqualTo(expected));
        // The mail server keeps a copy for each recipient.
        HashSet<string> mails = [];
        for (var copies = 0; mails.Count < expected || copies < mails.Sum(m => m.Split(": ")[0].Split(", ").Length); copies++)
        {
            var text = Regex.Replace(Plain(await _exim.TakeAsync()), "\n[ \t]+", " ");
            mails.Add($"{Regex.Match(text, "(?m)^To: (.*)$").Groups[1].Value}: {Regex.Match(text, "(?m)^Subject: (.*)$").Groups[1].Value}");
        }

        return [.. mails];
    }
}
