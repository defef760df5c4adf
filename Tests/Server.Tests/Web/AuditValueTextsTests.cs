using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.Site;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>What a row of the audit log shows of a change.</summary>
internal sealed class AuditValueTextsTests
{
    [Test]
    public void Members_of_objects_stand_side_by_side() => Assert.That(
        AuditValueTexts.Of(Row("""{"name":"hall","port":161}""", """{"name":"attic","site":null,"on":true}""")),
        Is.EqualTo(new[] { new AuditValueText("name", "hall", "attic"), new AuditValueText("port", "161", null), new AuditValueText("site", null, null), new AuditValueText("on", null, "true") }));

    [Test]
    public void What_came_new_has_no_value_before() =>
        Assert.That(AuditValueTexts.Of(Row(null, """{"code":"2201"}""")), Is.EqualTo(new[] { new AuditValueText("code", null, "2201") }));

    [TestCase(null, "local from 127.0.0.1")]
    [TestCase("{half", "other")]
    [TestCase("{\"a\":1}", "no object")]
    public void Anything_else_stands_as_it_is(string? before, string after) =>
        Assert.That(AuditValueTexts.Of(Row(before, after)), Is.EqualTo(new[] { new AuditValueText(null, before, after) }));

    [Test]
    public void Row_without_values_shows_none() => Assert.That(AuditValueTexts.Of(Row(null, null)), Is.Empty);

    private static AuditRow Row(string? before, string? after) => new() { Id = 1, At = default, OrgId = 1, Actor = "cli", Action = "device.change", Subject = "device:1", BeforeValue = before, AfterValue = after };
}
