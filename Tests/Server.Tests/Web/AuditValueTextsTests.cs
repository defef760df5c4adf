using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.Site;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>What a row of the audit log shows of a change.</summary>
internal sealed class AuditValueTextsTests
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

    private static AuditRow Row(string? before, string? after) => new() { Id = 1, At = default, OrgId = 1, Actor = "cli", Action = "device.change", Subject = "device:1", BeforeValue = before, AfterValue = after };
}
