using System.Net;

namespace CopyTrack.Accounting.Snmp;

/// <summary>A value of the SMI (RFC 2578 §7.1) or one of the three exceptions that stand in its place (RFC 3416 §3). A closed set.</summary>
public abstract record SnmpValue
{
    private SnmpValue()
    {
    }

    /// <summary>The value as a whole number when it is a number of any kind (also Counter64 up to 2^63-1), else null.</summary>
    public long? AsInteger => this switch
    {
        Integer32 i => i.Value,
        Counter32 c => c.Value,
        Gauge32 g => g.Value,
        TimeTicks t => t.Value,
        Counter64 { Value: <= long.MaxValue } c => (long)c.Value,
        _ => null,
    };

    /// <summary>The bytes of an octet string or opaque value, else empty.</summary>
    public ReadOnlyMemory<byte> AsBytes => this switch { OctetString s => s.Value, Opaque o => o.Value, _ => default };

    /// <summary>True for the three exceptions: there is no such object, no such instance, or nothing behind it.</summary>
    public bool IsException => this is NoSuchObject or NoSuchInstance or EndOfMibView;

    /// <summary>A signed 32-bit number.</summary>
    public sealed record Integer32(int Value) : SnmpValue;

    /// <summary>Bytes in the device's own character set; equal by content.</summary>
    public sealed record OctetString(ReadOnlyMemory<byte> Value) : SnmpValue
    {
        /// <inheritdoc/>
        public bool Equals(OctetString? other) => other is not null && Value.Span.SequenceEqual(other.Value.Span);

        /// <inheritdoc/>
        public override int GetHashCode() => HashBytes(Value.Span);
    }

    /// <summary>No value: what a request carries in the place of one.</summary>
    public sealed record Null : SnmpValue
    {
        /// <summary>The one value.</summary>
        public static Null Instance { get; } = new();
    }

    /// <summary>An object identifier as a value.</summary>
    public sealed record ObjectIdentifier(Snmp.ObjectIdentifier Value) : SnmpValue;

    /// <summary>An IPv4 address, first octet in the highest byte.</summary>
    public sealed record IpAddress(uint Value) : SnmpValue
    {
        /// <summary>The address as the base library knows it.</summary>
        public IPAddress Address => new([(byte)(Value >> 24), (byte)(Value >> 16), (byte)(Value >> 8), (byte)Value]);
    }

    /// <summary>A counter that wraps at 2^32.</summary>
    public sealed record Counter32(uint Value) : SnmpValue;

    /// <summary>An unsigned number that stops at its top.</summary>
    public sealed record Gauge32(uint Value) : SnmpValue;

    /// <summary>Hundredths of a second, wrapping at 2^32.</summary>
    public sealed record TimeTicks(uint Value) : SnmpValue;

    /// <summary>Any BER inside an octet string; equal by content.</summary>
    public sealed record Opaque(ReadOnlyMemory<byte> Value) : SnmpValue
    {
        /// <inheritdoc/>
        public bool Equals(Opaque? other) => other is not null && Value.Span.SequenceEqual(other.Value.Span);

        /// <inheritdoc/>
        public override int GetHashCode() => HashBytes(Value.Span);
    }

    /// <summary>A counter that wraps at 2^64; not in SNMP v1.</summary>
    public sealed record Counter64(ulong Value) : SnmpValue;

    /// <summary>The agent knows no such object.</summary>
    public sealed record NoSuchObject : SnmpValue
    {
        /// <summary>The one value.</summary>
        public static NoSuchObject Instance { get; } = new();
    }

    /// <summary>The agent knows the object but not this instance.</summary>
    public sealed record NoSuchInstance : SnmpValue
    {
        /// <summary>The one value.</summary>
        public static NoSuchInstance Instance { get; } = new();
    }

    /// <summary>Nothing follows in the agent's view.</summary>
    public sealed record EndOfMibView : SnmpValue
    {
        /// <summary>The one value.</summary>
        public static EndOfMibView Instance { get; } = new();
    }

    private static int HashBytes(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
