using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

public sealed class MessageTests
{
    private static readonly ObjectIdentifier Oid = ObjectIdentifier.Parse("1.3.6.1.2.1.43.10.2.1.4.1.1");

    private static readonly ImmutableArray<SnmpValue> Values =
    [
        new SnmpValue.Integer32(0), new SnmpValue.Integer32(-1), new SnmpValue.Integer32(int.MinValue), new SnmpValue.Integer32(int.MaxValue), new SnmpValue.Integer32(128), new SnmpValue.Integer32(-32769),
        new SnmpValue.OctetString(Array.Empty<byte>()), new SnmpValue.OctetString(new byte[300]), SnmpValue.Null.Instance, new SnmpValue.ObjectIdentifier(ObjectIdentifier.Parse("2.999.4294967295.0")),
        new SnmpValue.IpAddress(0xC0000201), new SnmpValue.Counter32(uint.MaxValue), new SnmpValue.Gauge32(0x80), new SnmpValue.TimeTicks(0x7FFF_FFFF), new SnmpValue.Opaque(new byte[] { 1, 2, 3 }),
        new SnmpValue.Counter64(ulong.MaxValue), new SnmpValue.Counter64(0), SnmpValue.NoSuchObject.Instance, SnmpValue.NoSuchInstance.Instance, SnmpValue.EndOfMibView.Instance,
    ];

    private static readonly ImmutableArray<Pdu> Pdus =
    [
        new Pdu.Get(1, [new VarBind(Oid)]), new Pdu.GetNext(int.MaxValue, [new VarBind(Oid), new VarBind(ObjectIdentifier.Parse("0.0"))]), new Pdu.GetBulk(77, 1, 20, [new VarBind(Oid)]),
        new Pdu.Response(-5, SnmpErrorStatus.NoError, 0, [.. Values.Select(v => new VarBind(Oid, v))]), new Pdu.Response(9, SnmpErrorStatus.TooBig, 0, []), new Pdu.Set(3, [new VarBind(Oid, Values[0])]),
    ];

    [Test]
    public void Every_pdu_and_value_comes_back_as_it_went([ValueSource(nameof(Pdus))] Pdu pdu)
    {
        var message = new SnmpMessage(SnmpVersion.V2c, "public"u8.ToArray(), pdu);
        var bytes = message.Encode();
        var back = SnmpMessage.Decode(bytes);
        Assert.Multiple(() =>
        {
            Assert.That(bytes, Has.Length.EqualTo(message.EncodedLength));
            Assert.That(back.Community.ToArray(), Is.EqualTo("public"u8.ToArray()));
            Assert.That(back.Pdu.GetType(), Is.EqualTo(pdu.GetType()));
            Assert.That(back.Pdu.RequestId, Is.EqualTo(pdu.RequestId));
            Assert.That(back.Pdu.VarBinds, Is.EqualTo(pdu.VarBinds));
            Assert.That(pdu.VarBinds.Sum(v => v.EncodedLength), Is.LessThan(bytes.Length));
        });
    }

    [Test]
    public void Get_has_the_octets_of_the_standard()
    {
        var bytes = new SnmpMessage(SnmpVersion.V1, "public"u8.ToArray(), new Pdu.Get(0x1234, [new VarBind(ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0"))])).Encode();
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("302702010004067075626C6963A01A02021234020100020100300E300C06082B060102010103000500"));
    }

    [Test]
    public void Lengths_that_agents_pad_are_taken()
    {
        // 30 82 00 xx instead of 30 xx, and a Counter32 whose leading zero was forgotten.
        var bytes = Convert.FromHexString("30820029020101040170A282001F02010102010002010030820012300D06082B06010201010300410180300106".Replace("300106", "", StringComparison.Ordinal));
        bytes[3] = (byte)(bytes.Length - 4);
        bytes[13] = (byte)(bytes.Length - 14);
        bytes[26] = (byte)(bytes.Length - 27);
        Assert.That(((Pdu.Response)SnmpMessage.Decode(bytes).Pdu).VarBinds[0].Value, Is.EqualTo(new SnmpValue.Counter32(0x80)));
    }

    [TestCase("")]
    [TestCase("30")]
    [TestCase("3080020101040170A20B020101020100020100300000")]
    [TestCase("300302010100")]
    [TestCase("3017020103040170A20F0201010201000201003004300206", Description = "version 3")]
    [TestCase("30FFFFFFFFFF")]
    public void Bad_bytes_are_refused_with_one_exception(string hex) =>
        Assert.That(() => SnmpMessage.Decode(Convert.FromHexString(hex)), Throws.TypeOf<SnmpFormatException>());

    [TestCase("0600", Description = "no arcs")]
    [TestCase("06022B80", Description = "cut off")]
    [TestCase("06032B8001", Description = "padded")]
    [TestCase("06062B9080808000", Description = "beyond 32 bits")]
    [TestCase("0200", Description = "integer of no octets")]
    [TestCase("02050000000001", Description = "integer of five octets")]
    [TestCase("41050100000000", Description = "counter beyond 32 bits")]
    [TestCase("4003010203", Description = "address of three octets")]
    [TestCase("050100", Description = "Null with content")]
    [TestCase("810100", Description = "exception with content")]
    [TestCase("4500", Description = "unknown tag")]
    public void Bad_values_are_refused(string value)
    {
        var v = Convert.FromHexString("06012B" + value);
        var bytes = Convert.FromHexString("30000201010400A2000201010201000201003000" + "3000").Concat(v).ToArray();
        bytes[^(v.Length + 1)] = (byte)v.Length;
        bytes[^(v.Length + 3)] = (byte)(v.Length + 2);
        bytes[8] = (byte)(bytes.Length - 9);
        bytes[1] = (byte)(bytes.Length - 2);
        Assert.That(() => SnmpMessage.Decode(bytes), Throws.TypeOf<SnmpFormatException>());
    }

    [Test]
    public void Every_cut_of_a_message_is_refused([ValueSource(nameof(Pdus))] Pdu pdu)
    {
        var bytes = new SnmpMessage(SnmpVersion.V2c, "public"u8.ToArray(), pdu).Encode();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(() => SnmpMessage.Decode(bytes.AsSpan(0, length)), Throws.TypeOf<SnmpFormatException>());
        }
    }

    [Test]
    public void Decoding_throws_nothing_but_its_own_exception_when_valid_messages_are_mutated()
    {
        var valid = Pdus.Select(p => new SnmpMessage(SnmpVersion.V2c, "public"u8.ToArray(), p).Encode()).ToArray();
        var mutation = ArbMap.Default.GeneratorFor<(int Message, int At, byte Value)[]>().ToArbitrary();
        Prop.ForAll(mutation, changes =>
        {
            var bytes = (byte[])valid[changes.Length == 0 ? 0 : (int)((uint)changes[0].Message % (uint)valid.Length)].Clone();
            foreach (var change in changes)
            {
                bytes[(uint)change.At % (uint)bytes.Length] = change.Value;
            }

            return DecodesOrRefuses(bytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithQuietOnSuccess(true));
    }

    [Test]
    public void Noise_is_refused_and_never_more() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), DecodesOrRefuses).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithQuietOnSuccess(true));

    [Test]
    public void Object_identifiers_survive_text_and_bytes() =>
        Prop.ForAll(ArbMap.Default.ArbFor<uint[]>(), tail =>
        {
            var oid = new ObjectIdentifier([1, 3, .. tail.Take(100)]);
            var back = SnmpMessage.Decode(new SnmpMessage(SnmpVersion.V2c, Array.Empty<byte>(), new Pdu.Get(1, [new VarBind(oid)])).Encode()).Pdu.VarBinds[0].Oid;
            return back == oid && ObjectIdentifier.Parse(oid.ToString()) == oid && back.GetHashCode() == oid.GetHashCode();
        }).QuickCheckThrowOnFailure();

    [TestCase("1", false)]
    [TestCase("1.40", false)]
    [TestCase("3.1", false)]
    [TestCase("1.3.4294967296", false)]
    [TestCase("1..3", false)]
    [TestCase("1.3.-1", false)]
    [TestCase(".1.3.6", true)]
    [TestCase("2.999", true)]
    public void Object_identifiers_are_read_from_text_only_when_they_are_some(string text, bool good) =>
        Assert.That(ObjectIdentifier.TryParse(text, out _), Is.EqualTo(good));

    [Test]
    public void Community_stays_out_of_text() =>
        Assert.That(new SnmpMessage(SnmpVersion.V1, "s3cret"u8.ToArray(), Pdus[0]).ToString() + SnmpTarget.V2c(System.Net.IPAddress.Loopback, 161, "s3cret"), Does.Not.Contain("s3cret"));

    private static bool DecodesOrRefuses(byte[] bytes)
    {
        try
        {
            // What is accepted must say the same again.
            var message = SnmpMessage.Decode(bytes);
            return SnmpMessage.Decode(message.Encode()).Pdu.VarBinds.SequenceEqual(message.Pdu.VarBinds);
        }
        catch (SnmpFormatException)
        {
            return true;
        }
    }
}
