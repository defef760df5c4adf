using System.Formats.Asn1;
using System.Text;
using CopyTrack.Identity.Ldap;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Ldap;

public sealed class DecoderTests
{
    /// <summary>An entry with two attributes and a sync state control, written by the base library's writer.</summary>
    private static readonly byte[] s_entry = Entry();

    [Test]
    public void Entry_is_read_with_attributes_and_controls()
    {
        var message = LdapDecoder.Decode(s_entry);
        var entry = ((LdapResponse.Entry)message.Response).Value;
        Assert.That(message.MessageId, Is.EqualTo(7));
        Assert.That(entry.Dn, Is.EqualTo("uid=anna,dc=x"));
        Assert.That(entry.Text("UID"), Is.EqualTo("anna"));
        Assert.That(entry.Texts("card"), Is.EqualTo(["1", "2"]));
        Assert.That(entry.Text("missing"), Is.Null);
        Assert.That(ContentSync.State(message).State, Is.EqualTo(SyncState.Modify));
    }

    [Test]
    public void Length_is_known_from_the_header_and_bounded()
    {
        Assert.That(LdapDecoder.LengthOf(s_entry, 1000), Is.EqualTo(s_entry.Length));
        Assert.That(LdapDecoder.LengthOf([0x30], 1000), Is.Null);
        Assert.That(LdapDecoder.LengthOf([0x30, 0x84, 0, 0], 1000), Is.Null);
        Assert.That(() => LdapDecoder.LengthOf([0x30, 0x84, 0x7F, 0, 0, 0], 1000), Throws.TypeOf<LdapFormatException>());
        Assert.That(() => LdapDecoder.LengthOf([0x30, 0x80], 1000), Throws.TypeOf<LdapFormatException>());
        Assert.That(() => LdapDecoder.LengthOf("HTTP/1.1"u8, 1000), Throws.TypeOf<LdapFormatException>());
    }

    [Test]
    public void Every_message_cut_anywhere_is_refused()
    {
        for (var length = 0; length < s_entry.Length; length++)
        {
            var part = s_entry[..length];
            Assert.That(() => LdapDecoder.Decode(part), Throws.TypeOf<LdapFormatException>(), $"{length} octets");
        }
    }

    [Test]
    public void A_message_with_any_octet_changed_is_read_or_refused_and_nothing_else()
    {
        for (var at = 0; at < s_entry.Length; at++)
        {
            for (var value = 0; value < 256; value += 5)
            {
                var bytes = (byte[])s_entry.Clone();
                bytes[at] = (byte)value;
                Read(bytes);
            }
        }
    }

    [Test]
    public void Noise_is_read_or_refused_and_nothing_else() => Prop.ForAll<byte[]?>(noise =>
    {
        Read([0x30, .. noise ?? []]);
        Read([0x30, (byte)((noise?.Length ?? 0) % 128), 2, 1, 1, .. noise ?? []]);
        return true;
    }).QuickCheckThrowOnFailure();

    [TestCase("300C02010161070A010004000400", 0)]
    [TestCase("3012020101650D0A0120040464633D7804026E6F", 32)]
    public void Result_is_read(string hex, int code)
    {
        var message = LdapDecoder.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        var result = message.Response switch { LdapResponse.Bound b => b.Result, LdapResponse.Done d => d.Result, _ => throw new AssertionException("kind") };
        Assert.That(result.Code, Is.EqualTo(code));
    }

    [Test]
    public void Answer_to_another_request_or_of_another_kind_ends_the_conversation()
    {
        var exchange = new LdapExchange();
        var id = exchange.Begin(LdapExchange.Kind.Search);
        var done = new LdapResponse.Done(new LdapResult(0, "", "", []));
        Assert.That(() => exchange.Takes(new LdapMessage(id + 1, done, [])), Throws.TypeOf<LdapFormatException>());
        Assert.That(() => exchange.Takes(new LdapMessage(id, new LdapResponse.Bound(new LdapResult(0, "", "", [])), [])), Throws.TypeOf<LdapFormatException>());
        Assert.That(exchange.Takes(new LdapMessage(id, done, [])), Is.True);
        Assert.That(() => exchange.Takes(new LdapMessage(id, done, [])), Throws.TypeOf<LdapFormatException>(), "an end that comes twice");
        var second = exchange.Begin(LdapExchange.Kind.Search);
        exchange.Abandon();
        Assert.That(exchange.Takes(new LdapMessage(second, done, [])), Is.False);
    }

    private static void Read(byte[] bytes)
    {
        try
        {
            var message = LdapDecoder.Decode(bytes);
            if (message.Response is LdapResponse.Entry { Value: var entry })
            {
                _ = entry.Texts("card");
                _ = entry.Names.Count();
                ContentSync.State(message);
            }
        }
        catch (LdapFormatException)
        {
            // Refused, as it should be.
        }
    }

    private static byte[] Entry()
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(7);
            using (writer.PushSequence(new Asn1Tag(TagClass.Application, 4)))
            {
                Text(writer, "uid=anna,dc=x");
                using (writer.PushSequence())
                {
                    Attribute(writer, "uid", "anna");
                    Attribute(writer, "card", "1", "2");
                }
            }

            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                Text(writer, ContentSync.StateOid);
                var state = new AsnWriter(AsnEncodingRules.BER);
                using (state.PushSequence())
                {
                    state.WriteEncodedValue([0x0A, 1, 2]);
                    state.WriteOctetString(new byte[16]);
                }

                writer.WriteOctetString(state.Encode());
            }
        }

        return writer.Encode();
    }

    private static void Attribute(AsnWriter writer, string name, params string[] values)
    {
        using var attribute = writer.PushSequence();
        Text(writer, name);
        using var set = writer.PushSetOf();
        foreach (var value in values)
        {
            Text(writer, value);
        }
    }

    private static void Text(AsnWriter writer, string text) => writer.WriteOctetString(Encoding.UTF8.GetBytes(text));
}
