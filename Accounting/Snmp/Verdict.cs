namespace CopyTrack.Accounting.Snmp;

/// <summary>What a datagram is to the request that waits for it. A closed set.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The answer.</summary>
    public sealed record Answer(Pdu.Response Response) : Verdict;

    /// <summary>The answer, in just the names and the order that were asked for.</summary>
    public sealed record InOrder(System.Collections.Immutable.ImmutableArray<SnmpValue> Values) : Verdict;

    /// <summary>v3: an engine's id, and its times as anybody could have told them.</summary>
    public sealed record Discovered(byte[] EngineId, int Boots, int Time) : Verdict;

    /// <summary>v3: the engine's complaint instead of an answer. <see cref="Signed"/> when the right key signed it.</summary>
    public sealed record Complaint(SnmpCause Cause, string Detail, bool Signed, int Boots, int Time) : Verdict;

    /// <summary>Not to be believed; the wait goes on, and this is the cause if nothing better comes.</summary>
    public sealed record Unusable(SnmpCause Cause, string? Detail = null) : Verdict;
}

/// <summary>What a request waits for. Reads a datagram that names its id and came from its agent; may change the datagram's octets; throws nothing.</summary>
internal interface IExpectation
{
    Verdict Read(Span<byte> datagram);
}

/// <summary>An answer of version 1 or 2c.</summary>
internal sealed class CommunityExpectation(SnmpVersion version, PreparedPart? expected) : IExpectation
{
    private static readonly CommunityExpectation s_v1 = new(SnmpVersion.V1, null), s_v2c = new(SnmpVersion.V2c, null);

    /// <summary>The version that is waited for.</summary>
    public SnmpVersion Version => version;

    public static CommunityExpectation Of(SnmpVersion version, PreparedPart? expected) =>
        expected is not null ? new(version, expected) : version == SnmpVersion.V1 ? s_v1 : s_v2c;

    public Verdict Read(Span<byte> datagram)
    {
        try
        {
            if (expected is { } part && MessageCodec.TryRead(datagram, version, part, out var values))
            {
                return new Verdict.InOrder(values);
            }

            var message = SnmpMessage.Decode(datagram);
            return message.Version != version ? new Verdict.Unusable(SnmpCause.OtherVersion, Name(message.Version))
                : message.Pdu is Pdu.Response response ? new Verdict.Answer(response)
                : new Verdict.Unusable(SnmpCause.Unreadable, "it is a request");
        }
        catch (SnmpFormatException e)
        {
            return new Verdict.Unusable(MessagePeek.TryReadVersion(datagram, out var other) && other == (int)SnmpVersion.V3 ? SnmpCause.OtherVersion : SnmpCause.Unreadable, e.Message);
        }
    }

    private static string Name(SnmpVersion version) => version switch { SnmpVersion.V1 => "1", SnmpVersion.V2c => "2c", _ => "3" };
}
