namespace CopyTrack.MfpSimulator.Agent;

/// <summary>Writes a Response-PDU: the bindings forwards after a gap, then the headers backwards into the gap, so that nothing is copied twice.</summary>
internal ref struct SnmpReply
{
    private readonly Span<byte> buffer;
    private readonly SnmpRequest request;
    private readonly int start;
    private readonly int limit;
    private int end;

    /// <summary><paramref name="maxBytes"/> is the largest whole message.</summary>
    public SnmpReply(Span<byte> buffer, SnmpRequest request, int maxBytes)
    {
        const int headers = 40;
        this.buffer = buffer;
        this.request = request;
        start = end = headers + request.Community.Length + request.EncodedId.Length;
        limit = Math.Min(buffer.Length, start + Math.Max(0, maxBytes - OverheadOf(request)));
    }

    /// <summary>Adds a binding that is encoded already; false when the message would be too big.</summary>
    public bool Write(scoped ReadOnlySpan<byte> binding)
    {
        if (end + binding.Length > limit) return false;
        binding.CopyTo(buffer[end..]);
        end += binding.Length;
        return true;
    }

    /// <summary>Adds a binding; false when the message would be too big.</summary>
    public bool Write(scoped ReadOnlySpan<byte> encodedName, byte tag, scoped ReadOnlySpan<byte> content)
    {
        var value = 1 + LengthSize(content.Length) + content.Length;
        var pair = encodedName.Length + value;
        if (end + 1 + LengthSize(pair) + pair > limit) return false;
        buffer[end++] = 0x30;
        end += WriteLength(buffer[end..], pair);
        encodedName.CopyTo(buffer[end..]);
        end += encodedName.Length;
        buffer[end++] = tag;
        end += WriteLength(buffer[end..], content.Length);
        content.CopyTo(buffer[end..]);
        end += content.Length;
        return true;
    }

    /// <summary>Puts the headers on. With an error the bindings are the request's (RFC 1157 §4.1.2, RFC 3416 §4.2.1), none for tooBig in v2c; a request too big even for that gets nothing.</summary>
    public Range Finish(int errorStatus, int errorIndex)
    {
        if (errorStatus != 0)
        {
            end = start;
            var isTooBig = errorStatus == 1;
            if (!(isTooBig && request.Version == 1) && !request.EncodedBindings.TryCopyTo(buffer[end..])) return default;
            if (!(isTooBig && request.Version == 1)) end += request.EncodedBindings.Length;
        }

        var at = start;
        Prepend(0x30, end - at, ref at);
        PrependInteger(errorIndex, ref at);
        PrependInteger(errorStatus, ref at);
        at -= request.EncodedId.Length;
        request.EncodedId.CopyTo(buffer[at..]);
        Prepend(0xA2, end - at, ref at);
        at -= request.Community.Length;
        request.Community.CopyTo(buffer[at..]);
        Prepend(0x04, request.Community.Length, ref at);
        PrependInteger(request.Version, ref at);
        Prepend(0x30, end - at, ref at);
        return at..end;
    }

    private static int OverheadOf(SnmpRequest request) => 4 + 3 + 2 + request.Community.Length + 4 + request.EncodedId.Length + 3 + 3 + 4;

    private static int LengthSize(int length) => length < 0x80 ? 1 : length < 0x100 ? 2 : 3;

    private static int WriteLength(Span<byte> target, int length)
    {
        switch (LengthSize(length))
        {
            case 1:
                target[0] = (byte)length;
                return 1;
            case 2:
                (target[0], target[1]) = (0x81, (byte)length);
                return 2;
            default:
                (target[0], target[1], target[2]) = (0x82, (byte)(length >> 8), (byte)length);
                return 3;
        }
    }

    private readonly void Prepend(byte tag, int length, ref int at)
    {
        at -= 1 + LengthSize(length);
        buffer[at] = tag;
        WriteLength(buffer[(at + 1)..], length);
    }

    private readonly void PrependInteger(int value, ref int at)
    {
        at -= 3;
        (buffer[at], buffer[at + 1], buffer[at + 2]) = (0x02, 0x01, (byte)value);
    }
}
