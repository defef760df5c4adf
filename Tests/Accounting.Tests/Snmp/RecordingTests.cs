using CopyTrack.Accounting.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

public sealed class RecordingTests
{
    private static readonly SnmpRecording Sample = SnmpRecording.Parse(
        "1.3.6.1.2.1.1.5.0|4|a|b\r\n1.3.6.1.2.1.1.10.0|2|-7\n1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.1\n\n1.3.6.1.2.1.1.3.0|67|5\n1.3.6.1.2.1.1.6.0|4x|00ff\n1.3.6.1.2.1.1.7.0|64|192.0.2.1\n"u8);

    [Test]
    public void Rows_are_sorted_by_number_whatever_the_order_of_the_file() =>
        Assert.That(Sample.Rows.Select(r => r.Oid[r.Oid.Length - 2]), Is.EqualTo(new uint[] { 2, 3, 5, 6, 7, 10 }));

    [Test]
    public void Values_keep_bars_and_hexadecimal_octets() => Assert.Multiple(() =>
    {
        Assert.That(Sample.Get(Oid(5)), Is.EqualTo(new SnmpValue.OctetString("a|b"u8.ToArray())));
        Assert.That(Sample.Get(Oid(6)), Is.EqualTo(new SnmpValue.OctetString(new byte[] { 0, 255 })));
        Assert.That(Sample.Get(Oid(7)), Is.EqualTo(new SnmpValue.IpAddress(0xC0000201)));
        Assert.That(Sample.Warnings, Is.Empty);
    });

    [TestCase("1.3.6.1|2|abc")]
    [TestCase("1.3.6.1|65|-1")]
    [TestCase("1.3.6.1|4x|0")]
    [TestCase("1.3.6.1|99|1")]
    [TestCase("1.3.6.1|4:writecache|x")]
    [TestCase("1.3.6.x|2|1")]
    [TestCase("no bars")]
    [TestCase("1.3.6.1|2|2147483648")]
    public void Unreadable_row_is_left_out_and_told(string row)
    {
        var recording = SnmpRecording.Parse(System.Text.Encoding.UTF8.GetBytes("1.3.6.1.1|2|1\n" + row + "\n1.3.6.1.2|2|2"));
        Assert.That(recording.Rows, Has.Length.EqualTo(2));
        Assert.That(recording.Warnings.Single().Line, Is.EqualTo(2));
    }

    [Test]
    public void Second_row_of_an_object_is_told() =>
        Assert.That(SnmpRecording.Parse("1.3.6|2|1\n1.3.6|2|2"u8).Warnings.Single().Line, Is.EqualTo(2));

    [Test]
    public void Next_is_the_first_behind_a_name_and_nothing_behind_the_last() => Assert.Multiple(() =>
    {
        Assert.That(Sample.Next(ObjectIdentifier.Parse("1.3"))!.Oid, Is.EqualTo(Oid(2)));
        Assert.That(Sample.Next(Oid(2))!.Oid, Is.EqualTo(Oid(3)));
        Assert.That(Sample.Next(Oid(10)), Is.Null);
    });

    [Test]
    public void Context_adds_only_what_is_missing()
    {
        var merged = Sample.With(SnmpRecording.Parse("1.3.6.1.2.1.1.3.0|67|99\n1.3.6.1.2.1.1.4.0|4|new"u8));
        Assert.That(merged.Get(Oid(3)), Is.EqualTo(new SnmpValue.TimeTicks(5)));
        Assert.That(merged.Rows.Select(r => r.Oid), Is.Ordered);
        Assert.That(merged.Rows, Has.Length.EqualTo(7));
    }

    [Test]
    public void Files_of_other_contexts_beside_a_recording_are_the_same_device()
    {
        var alone = Vectors.Walk("invented_matrix");
        var merged = SnmpRecording.LoadWithContexts(Vectors.PathOf("walks/invented_matrix.snmprec"));
        Assert.That(merged.Rows, Has.Length.EqualTo(alone.Rows.Length + 4));
    }

    private static ObjectIdentifier Oid(uint row) => new([1, 3, 6, 1, 2, 1, 1, row, 0]);
}
