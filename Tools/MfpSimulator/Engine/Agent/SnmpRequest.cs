using System.Formats.Asn1;

namespace CopyTrack.MfpSimulator.Agent;

/// <summary>
/// A request as it came (RFC 3416 §3), its parts being slices of the datagram:
/// <code>
/// SEQUENCE { version INTEGER, community OCTET STRING,
///            [0|1|3|5] { request-id, error-status|non-repeaters, error-index|max-repetitions INTEGER, SEQUENCE OF SEQUENCE { name, value } } }
/// </code>
/// </summary>
internal readonly ref struct SnmpRequest
{
    public const int Get = 0;
    public const int GetNext = 1;
    public const int Set = 3;
    public const int GetBulk = 5;

    /// <summary>0 = SNMPv1, 1 = SNMPv2c.</summary>
    public int Version { get; private init; }
    public ReadOnlySpan<byte> Community { get; private init; }
    public int Pdu { get; private init; }

    /// <summary>The request-id with tag and length, to be copied.</summary>
    public ReadOnlySpan<byte> EncodedId { get; private init; }

    /// <summary>Non-repeaters of GETBULK.</summary>
    public int First { get; private init; }

    /// <summary>Max-repetitions of GETBULK.</summary>
    public int Second { get; private init; }

    /// <summary>The variable bindings, each with tag and length.</summary>
    public ReadOnlySpan<byte> EncodedBindings { get; private init; }

    public BindingReader Bindings => new(EncodedBindings);

    /// <summary>Takes a datagram apart; false when it is no such message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out SnmpRequest request)
    {
        request = default;
        if (!Take(ref datagram, out var tag, out var message, out _) || tag != Asn1Tag.Sequence || !datagram.IsEmpty) return false;
        if (!TakeInteger(ref message, out var version, out _)) return false;
        if (!Take(ref message, out tag, out var community, out _) || tag != Asn1Tag.PrimitiveOctetString) return false;
        if (!Take(ref message, out tag, out var pdu, out _) || tag.TagClass != TagClass.ContextSpecific || !tag.IsConstructed || !message.IsEmpty) return false;
        if (!TakeInteger(ref pdu, out _, out var id) || !TakeInteger(ref pdu, out var first, out _) || !TakeInteger(ref pdu, out var second, out _)) return false;
        if (!Take(ref pdu, out var list, out var bindings, out _) || list != Asn1Tag.Sequence || !pdu.IsEmpty) return false;
        request = new SnmpRequest
        {
            Version = version,
            Community = community,
            Pdu = tag.TagValue,
            EncodedId = id,
            First = Math.Max(0, first),
            Second = Math.Max(0, second),
            EncodedBindings = bindings,
        };
        return true;
    }

    /// <summary>Takes the next element off <paramref name="rest"/>; false when there is none or it is malformed.</summary>
    internal static bool Take(scoped ref ReadOnlySpan<byte> rest, out Asn1Tag tag, out ReadOnlySpan<byte> content, out ReadOnlySpan<byte> encoded)
    {
        content = default;
        encoded = default;
        tag = default;

        // RFC 3417 §8: definite lengths only. The decoder below would search for an end and throw when there is none.
        if (rest.Length < 2 || rest[1] == 0x80 || (rest[0] & 0x1F) == 0x1F) return false;
        if (!AsnDecoder.TryReadEncodedValue(rest, AsnEncodingRules.BER, out tag, out var offset, out var length, out var consumed)) return false;
        content = rest.Slice(offset, length);
        encoded = rest[..consumed];
        rest = rest[consumed..];
        return true;
    }

    private static bool TakeInteger(scoped ref ReadOnlySpan<byte> rest, out int value, out ReadOnlySpan<byte> encoded)
    {
        value = 0;
        if (!Take(ref rest, out var tag, out var content, out encoded) || tag != Asn1Tag.Integer || content.Length is 0 or > 5) return false;
        long number = (sbyte)content[0];
        foreach (var octet in content[1..]) number = (number << 8) | octet;
        value = (int)Math.Clamp(number, int.MinValue, int.MaxValue);
        return true;
    }
}

/// <summary>One requested variable binding.</summary>
internal readonly ref struct RequestedBinding(ReadOnlySpan<byte> name, ReadOnlySpan<byte> encodedName)
{
    /// <summary>Content octets of the name.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The name with tag and length.</summary>
    public ReadOnlySpan<byte> EncodedName { get; } = encodedName;
}

/// <summary>Goes through variable bindings.</summary>
internal ref struct BindingReader(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> rest = rest;

    /// <summary>True when the reading stopped at something that is no variable binding.</summary>
    public bool IsMalformed { get; private set; }

    public bool TryNext(out RequestedBinding binding)
    {
        binding = default;
        if (rest.IsEmpty || IsMalformed) return false;
        if (SnmpRequest.Take(ref rest, out var tag, out var pair, out _) && tag == Asn1Tag.Sequence
            && SnmpRequest.Take(ref pair, out tag, out var name, out var encoded) && tag == Asn1Tag.ObjectIdentifier)
        {
            binding = new(name, encoded);
            return true;
        }

        IsMalformed = true;
        return false;
    }
}
