using System.Collections.Immutable;

namespace CopyTrack.Identity.Ldap;

/// <summary>
/// Reads messages of a server.
/// <code>
/// LDAPMessage ::= SEQUENCE { messageID INTEGER (0 .. maxInt), protocolOp CHOICE { ... }, controls [0] Controls OPTIONAL }   RFC 4511 §4.1.1
/// </code>
/// </summary>
internal static class LdapDecoder
{
    private const int MaxControls = 32, MaxUris = 1000;

    /// <summary>
    /// How many octets the message at the front of <paramref name="bytes"/> takes; null when its header has not arrived. Throws
    /// <see cref="LdapFormatException"/> before anything is awaited when it is no message or longer than <paramref name="most"/>.
    /// </summary>
    public static int? LengthOf(ReadOnlySpan<byte> bytes, int most)
    {
        if (!bytes.IsEmpty && bytes[0] != BerTag.Sequence)
        {
            throw new LdapFormatException($"octet 0x{bytes[0]:X2} where a message must begin: this is no LDAP");
        }

        return BerReader.TryReadHeader(bytes, most, out var header, out var content) ? header + content : null;
    }

    /// <summary>Reads one whole message, which must stay as it is. Throws <see cref="LdapFormatException"/>.</summary>
    public static LdapMessage Decode(ReadOnlyMemory<byte> message)
    {
        var outer = new BerReader(message.Span);
        var content = outer.Read(BerTag.Sequence);
        outer.End("a message");
        var contentStart = message.Length - content.Length;
        var reader = new BerReader(content);
        var id = reader.ReadInteger();
        if (id < 0)
        {
            throw new LdapFormatException("a negative message id");
        }

        var tag = reader.PeekTag();
        var op = reader.ReadAny();
        var start = contentStart + reader.Position - op.Length;
        LdapResponse response = tag switch
        {
            BerTag.SearchEntry => new LdapResponse.Entry(LdapEntry.Read(message, start, op.Length)),
            BerTag.SearchDone => new LdapResponse.Done(Result(op, out _)),
            BerTag.SearchReference => new LdapResponse.Reference(Uris(op)),
            BerTag.BindResponse => new LdapResponse.Bound(Result(op, out _)),
            BerTag.ExtendedResponse => Extended(op),
            BerTag.IntermediateResponse => Intermediate(message, op, start),
            _ => throw new LdapFormatException($"an answer of an unknown kind (tag 0x{tag:X2})"),
        };
        ImmutableArray<LdapControl> controls = [];
        if (reader.TryRead(BerTag.Controls, out var list))
        {
            controls = Controls(message, list, contentStart + reader.Position - list.Length);
        }

        reader.End("a message");
        return new LdapMessage(id, response, controls);
    }

    private static LdapResult Result(ReadOnlySpan<byte> op, out BerReader rest)
    {
        var reader = new BerReader(op);
        var code = reader.ReadEnumerated();
        var matched = reader.ReadText();
        var diagnostic = reader.ReadText();
        ImmutableArray<string> referrals = reader.TryRead(BerTag.Referral, out var uris) ? Uris(uris) : [];
        rest = reader;
        return new LdapResult(code, matched, diagnostic, referrals);
    }

    private static ImmutableArray<string> Uris(ReadOnlySpan<byte> content)
    {
        var uris = ImmutableArray.CreateBuilder<string>();
        var reader = new BerReader(content);
        while (!reader.IsEmpty)
        {
            uris.Add(uris.Count < MaxUris ? reader.ReadText() : throw new LdapFormatException($"more than {MaxUris} referrals in one message"));
        }

        return uris.ToImmutable();
    }

    private static LdapResponse.Extended Extended(ReadOnlySpan<byte> op)
    {
        var result = Result(op, out var rest);
        return new LdapResponse.Extended(result, rest.TryRead(0x8A, out var name) ? BerReader.ToText(name) : null);
    }

    private static LdapResponse.Intermediate Intermediate(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> op, int start)
    {
        var reader = new BerReader(op);
        var name = reader.TryRead(0x80, out var oid) ? BerReader.ToText(oid) : null;
        ReadOnlyMemory<byte>? value = reader.TryRead(0x81, out var content) ? message.Slice(start + reader.Position - content.Length, content.Length) : default(ReadOnlyMemory<byte>?);
        return new LdapResponse.Intermediate(name, value);
    }

    private static ImmutableArray<LdapControl> Controls(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> list, int start)
    {
        var controls = ImmutableArray.CreateBuilder<LdapControl>();
        var reader = new BerReader(list);
        while (!reader.IsEmpty)
        {
            if (controls.Count == MaxControls)
            {
                throw new LdapFormatException($"more than {MaxControls} controls on one message");
            }

            var one = reader.Read(BerTag.Sequence);
            var at = start + reader.Position - one.Length;
            var inner = new BerReader(one);
            var oid = inner.ReadText();
            var critical = !inner.IsEmpty && inner.PeekTag() == BerTag.Boolean && inner.ReadBoolean();
            ReadOnlyMemory<byte>? value = inner.TryRead(BerTag.OctetString, out var content) ? message.Slice(at + inner.Position - content.Length, content.Length) : default(ReadOnlyMemory<byte>?);
            inner.End("a control");
            controls.Add(new LdapControl(oid, critical, value));
        }

        return controls.ToImmutable();
    }
}
