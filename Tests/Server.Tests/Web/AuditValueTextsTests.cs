using System.Text.RegularExpressions;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Webhooks;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>What a row of the audit log shows of a change.</summary>
internal sealed partial class AuditValueTextsTests
{
    private static readonly Words s_english = new("en", TimeZoneInfo.Utc, "EUR"), s_german = new("de", TimeZoneInfo.Utc, "EUR");

    [Test]
    public void Known_members_flags_and_sign_ins_are_told_in_the_readers_language()
    {
        Assert.That(
            AuditValueTexts.Of(s_german, Row("""{"displayName":"•","enabled":true,"mystery":"x"}""", """{"displayName":null,"enabled":false,"mystery":"y"}""")),
            Is.EqualTo(new[] { new AuditValueText("Anzeigename", "•", null), new AuditValueText("Eingeschaltet", "ja", "nein"), new AuditValueText("mystery", "x", "y") }));
        Assert.That(AuditValueTexts.Of(s_german, Row(null, "local from 127.0.0.1")).Single().After, Is.EqualTo("lokales Konto, von 127.0.0.1"));
        Assert.That(AuditValueTexts.Of(s_english, Row(null, "negotiate from ::1")).Single().After, Is.EqualTo("the computer's ticket, from ::1"));
        Assert.That((s_german[ActorTexts.Of("cli")], s_german[ActorTexts.Of("setupCode")], ActorTexts.Of("token:7")), Is.EqualTo(("Befehlszeile auf dem Server", "wer den Einrichtungscode hatte", "token:7")));
    }

    [Test]
    public void Members_of_objects_stand_side_by_side() => Assert.That(
        AuditValueTexts.Of(s_english, Row("""{"name":"hall","port":161}""", """{"name":"attic","site":null,"on":true}""")),
        Is.EqualTo(new[] { new AuditValueText("Name", "hall", "attic"), new AuditValueText("Port", "161", null), new AuditValueText("Site", null, null), new AuditValueText("on", null, "yes") }));

    [Test]
    public void What_came_new_has_no_value_before() =>
        Assert.That(AuditValueTexts.Of(s_english, Row(null, """{"code":"2201"}""")), Is.EqualTo(new[] { new AuditValueText("Code", null, "2201") }));

    [TestCase(null, "local from the moon")]
    [TestCase("{half", "other")]
    [TestCase("{\"a\":1}", "no object")]
    public void Anything_else_stands_as_it_is(string? before, string after) =>
        Assert.That(AuditValueTexts.Of(s_english, Row(before, after)), Is.EqualTo(new[] { new AuditValueText(null, before, after) }));

    [Test]
    public void Row_without_values_shows_none() => Assert.That(AuditValueTexts.Of(s_english, Row(null, null)), Is.Empty);

    [Test]
    public void Words_of_lists_money_days_and_names_of_today_are_told_as_pages_tell_them()
    {
        PriceListRow list = new() { Id = 1, OrgId = 1, Name = "Office", NameFolded = "office", ValidFrom = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Mono = 40_000, Groups = "staff;guests" };
        Assert.That(
            Told("priceList.change", PriceListRepository.Differences(list, list with { Mono = 1_250_000, Groups = null })),
            Is.EqualTo(new[] { new AuditValueText("Gruppen", "staff, guests", null), new AuditValueText("Schwarz", "0,04 EUR", "1,25 EUR") }));
        Assert.That(Told("priceList.add", PriceListRepository.Differences(null, list)), Has.Member(new AuditValueText("Von", null, "1.\u00a0März\u00a02026")));

        WebhookRow webhook = new() { Id = 1, OrgId = 1, Name = "ticket", NameFolded = "ticket", Address = "https://a.test/secret", Events = $"{WebhookEvents.SupplyLow};{WebhookEvents.Alert}", SecretSealed = [] };
        Assert.That(
            Told("webhook.change", WebhookRepository.Differences(webhook, webhook with { Address = "https://b.test/secret", Events = WebhookEvents.SupplyLow, UserNames = true })),
            Is.EqualTo(new[]
            {
                new AuditValueText("Adresse", "•", "•"), new AuditValueText("Ereignisse", "ein Verbrauchsmaterial geht zur Neige, jede Störungsmeldung", "ein Verbrauchsmaterial geht zur Neige"),
                new AuditValueText("Ziel", "https://a.test", "https://b.test"), new AuditValueText("Ereignisse nennen Personen", "nein", "ja"),
            }));

        AlertRuleRow rule = new() { Name = "Toner", Kind = (int)AlertKind.SupplyLow, Percent = 10, DeviceId = 17 };
        Assert.That(
            Told("alert.rule.change", AlertAudit.Of(rule, rule with { Severity = (int)AlertSeverity.Critical, DeviceId = null, QuietFrom = 20 * 60, QuietTo = 7 * 60, QuietDays = 1 << (int)DayOfWeek.Sunday })),
            Is.EqualTo(new[]
            {
                new AuditValueText("Gerät", "hall", null), new AuditValueText("Ganze Tage", null, "Sonntag"), new AuditValueText("Ruhezeiten", null, "20:00–07:00"), new AuditValueText("Schwere", "Warnung", "Kritisch"),
            }));
        Assert.That(Told("alert.rule.delete", AlertAudit.Of(rule, null)), Has.Member(new AuditValueText("Art", "Verbrauchsmaterial knapp", null)));
        Assert.That(AlertAudit.Of(rule, rule with { UpdatedAt = DateTimeOffset.UnixEpoch }).IsEmpty, "nothing that matters differs");
        Assert.That(AuditValueTexts.Of(s_german, Row(null, "manager department=Sales") with { Action = "setupCode.add" }).Single().After, Is.EqualTo("Führungskraft, Abteilung Sales"));
        Assert.That(AuditValueTexts.Of(s_german, Row("20 % of everyone", "50 % of everyone, more every 5 hours") with { Action = "fleet.package.stage" }).Single(), Is.EqualTo(new AuditValueText(null, "20 % von allen", "50 % von allen, alle 5 Stunden mehr")));
    }

    [Test]
    public void Every_member_that_the_sources_tell_of_has_a_name()
    {
        string[] members =
        [
            .. Directory.EnumerateFiles(Path.Combine(LanguageTests.Root(), "Server"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).Where(t => t.Contains("AuditValues", StringComparison.Ordinal))
                .SelectMany(t => Added().Matches(t).Select(m => m.Groups[1].Value).Concat(t.Contains("class AlertAudit", StringComparison.Ordinal) ? Listed().Matches(t).Select(m => m.Groups[1].Value) : [])).Distinct(),
        ];
        Assert.That(members, Has.Length.GreaterThan(60));
        Assert.That(members.Where(m => !AuditMembers.Knows(m)), Is.Empty, "give them names in AuditMembers");
    }

    private static IReadOnlyList<AuditValueText> Told(string action, AuditValues values) =>
        AuditValueTexts.Of(s_german, Row(values.Before, values.After) with { Action = action }, id => id == "device:17" ? "hall" : id);

    [GeneratedRegex("""\.Add(?:Kept)?\("([a-zA-Z0-9]+)",""")]
    private static partial Regex Added();

    [GeneratedRegex("""\("([a-zA-Z]+)", r =>""")]
    private static partial Regex Listed();

    private static AuditRow Row(string? before, string? after) => new() { Id = 1, At = default, OrgId = 1, Actor = "cli", Action = "device.change", Subject = "device:1", BeforeValue = before, AfterValue = after };
}
