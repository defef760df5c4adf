using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace CopyTrack.Accounting.Discovery;

/// <summary>
/// Addresses to look at, as people write them: <c>192.0.2.7</c>, <c>192.0.2.0/24</c>, <c>192.0.2.10-192.0.2.60</c>, <c>192.0.2.10-60</c>, and the same of IPv6. Overlapping
/// ranges count once. Of an IPv4 prefix the network and broadcast addresses are left out (RFC 919; not of /31 and /32, RFC 3021). Addresses that no device can have (0.0.0.0/8,
/// multicast, limited broadcast) are refused.
/// </summary>
public sealed class AddressRanges
{
    /// <summary>The most addresses that are looked at in one go: a /16.</summary>
    public const int MaxAddresses = 65_536;

    /// <summary>The most ranges in one go.</summary>
    public const int MaxRanges = 256;

    private readonly ImmutableArray<Span> _spans;

    private AddressRanges(ImmutableArray<Span> spans)
    {
        _spans = spans;
        Count = (int)spans.Aggregate(UInt128.Zero, (sum, s) => sum + s.Length);
    }

    /// <summary>How many addresses there are.</summary>
    public int Count { get; }

    /// <summary>Reads ranges; false with a reason that names the range at fault.</summary>
    public static bool TryParse(IReadOnlyCollection<string> texts, out AddressRanges ranges, out string? fault)
    {
        ranges = new AddressRanges([]);
        var spans = new List<Span>();
        fault = texts.Count == 0 ? "no range is given" : texts.Count > MaxRanges ? $"more than {MaxRanges} ranges" : null;
        foreach (var text in texts)
        {
            if (fault is not null)
            {
                return false;
            }

            fault = TryRead(text, out var span, out var why) ? null : $"'{(text.Length > 100 ? text[..100] : text)}': {why}";
            spans.Add(span);
        }

        var merged = Merge(spans);
        if (fault is null && merged.Aggregate(UInt128.Zero, (sum, s) => sum + s.Length) > MaxAddresses)
        {
            fault = $"more than {MaxAddresses} addresses; look at them in parts";
        }

        if (fault is not null)
        {
            return false;
        }

        ranges = new AddressRanges(merged);
        return true;
    }

    /// <summary>Every address once. Neighbours come far from each other, so that no switch, no subnet and no address resolution gets them all in a row.</summary>
    public IEnumerable<IPAddress> Spread()
    {
        // A step that shares no factor with the number of addresses meets each of them once; near the golden section it leaves no cluster.
        var step = Math.Max(1, (int)(Count * 0.618));
        while (Gcd(step, Count) != 1)
        {
            step++;
        }

        for (long i = 0, at = 0; i < Count; i++, at = (at + step) % Count)
        {
            yield return At((int)at);
        }
    }

    private IPAddress At(int index)
    {
        var left = (UInt128)index;
        foreach (var span in _spans)
        {
            if (left < span.Length)
            {
                return span.ToAddress(span.First + left);
            }

            left -= span.Length;
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }

    private static bool TryRead(string text, out Span span, out string? why)
    {
        span = default;
        var trimmed = text.Trim();
        if (trimmed.Length > 100)
        {
            why = "too long";
            return false;
        }

        if (trimmed.Split('/') is [var network, var prefix])
        {
            return TryReadPrefix(network, prefix, out span, out why);
        }

        var (first, last) = trimmed.Split('-') switch { [var only] => (only.Trim(), only.Trim()), [var a, var b] => (a.Trim(), b.Trim()), _ => ("", "") };
        if (TryReadAddress(first, out var from) && last.Length is > 0 and <= 3 && last.All(char.IsAsciiDigit) && !from.IsV6)
        {
            // The short form: only the last octet of the end.
            last = first[..(first.LastIndexOf('.') + 1)] + last;
        }

        if (!TryReadAddress(first, out from) || !TryReadAddress(last, out var to) || from.IsV6 != to.IsV6)
        {
            why = "not an address, a prefix (192.0.2.0/24) or a range (192.0.2.10-192.0.2.60)";
            return false;
        }

        span = new Span(from.IsV6, from.Value, to.Value);
        why = to.Value < from.Value ? "its end is before its beginning" : Forbidden(span);
        return why is null;
    }

    private static bool TryReadPrefix(string network, string prefix, out Span span, out string? why)
    {
        span = default;
        if (!TryReadAddress(network.Trim(), out var address) || !int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) || bits > address.Bits)
        {
            why = "not a prefix such as 192.0.2.0/24";
            return false;
        }

        var size = address.Bits - bits;
        if (size > 16)
        {
            why = $"more than {MaxAddresses} addresses; look at them in parts";
            return false;
        }

        var mask = (UInt128.One << size) - 1;
        var (first, last) = (address.Value & ~mask, address.Value | mask);
        span = address.IsV6 || size <= 1 ? new Span(address.IsV6, first, last) : new Span(false, first + 1, last - 1);
        why = Forbidden(span);
        return why is null;
    }

    private static bool TryReadAddress(string text, out (bool IsV6, UInt128 Value, int Bits) address)
    {
        address = default;
        // The base library also takes forms such as "7" and "0x7f.1", which nobody means here.
        if (!IPAddress.TryParse(text, out var ip) || (!text.Contains(':', StringComparison.Ordinal) && text.Count(c => c == '.') != 3) || text.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        var octets = (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).GetAddressBytes();
        address = octets.Length == 4 ? (false, BinaryPrimitives.ReadUInt32BigEndian(octets), 32) : (true, BinaryPrimitives.ReadUInt128BigEndian(octets), 128);
        return octets.Length != 4 || text.All(c => char.IsAsciiDigit(c) || c is '.' or ':' or 'f' or 'F');
    }

    private static string? Forbidden(Span span) => span.IsV6
        ? span.Last >> 120 == 0xFF || span.First == 0 ? "multicast and unspecified addresses can't be looked at" : null
        : span.First >> 24 == 0 || span.Last >> 28 >= 0xE ? "addresses of 0.0.0.0/8 and from 224.0.0.0 on are no devices' addresses" : null;

    private static ImmutableArray<Span> Merge(List<Span> spans)
    {
        var merged = new List<Span>();
        foreach (var span in spans.OrderBy(s => s.IsV6).ThenBy(s => s.First))
        {
            if (merged is [.., var last] && last.IsV6 == span.IsV6 && span.First <= last.Last)
            {
                merged[^1] = last with { Last = UInt128.Max(last.Last, span.Last) };
            }
            else
            {
                merged.Add(span);
            }
        }

        return [.. merged];
    }

    private static int Gcd(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    private readonly record struct Span(bool IsV6, UInt128 First, UInt128 Last)
    {
        public UInt128 Length => Last - First + 1;

        public IPAddress ToAddress(UInt128 value)
        {
            Span<byte> octets = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(octets, value);
            return new IPAddress(IsV6 ? octets : octets[12..]);
        }
    }
}
