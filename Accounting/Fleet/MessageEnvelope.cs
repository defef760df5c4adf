using System.Globalization;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Fleet;

/// <summary>A message on its way: who sent it, its number, the lowest number that the sender still holds, its clock when it was sent, and the packed message.</summary>
public sealed record MessageEnvelope(string Agent, long Sequence, long First, DateTimeOffset Sent, ReadOnlyMemory<byte> Packed)
{
    /// <summary>Longest packed message that a manager takes: what an envelope's head can take is left free.</summary>
    public const int MaxPacked = FleetEnvelope.MaxBytes - 4096;

    private const string Kind = "message";

    /// <summary>The signed bytes.</summary>
    public byte[] Seal(ECDsa key) => new FleetEnvelope(
        Kind, [("Agent", Agent), ("Sequence", Number(Sequence)), ("First", Number(First)), ("Sent", FleetTime.Text(Sent))], Packed).Seal(key);

    /// <summary>Reads one; <paramref name="outside"/> then checks who signed it. Throws <see cref="FleetFormatException"/>.</summary>
    public static MessageEnvelope Read(ReadOnlyMemory<byte> bytes, out FleetEnvelope outside)
    {
        outside = FleetEnvelope.Read(bytes, Kind);
        var read = new MessageEnvelope(outside.Field("Agent"), outside.Number("Sequence"), outside.Number("First"), outside.Time("Sent"), outside.Body);
        return read is { Sequence: > 0, First: > 0 } && read.First <= read.Sequence ? read : throw new FleetFormatException("the numbers of the message can't be");
    }

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the manager did with a message.</summary>
public enum AckOutcome
{
    /// <summary>It is kept.</summary>
    Taken,

    /// <summary>It was kept before; nothing changed.</summary>
    Known,

    /// <summary>It can never be taken, for the reason that is told; the agent puts it aside and goes on.</summary>
    Refused,
}

/// <summary>The manager's signed word about one message of one agent. Only this lets an agent forget a message.</summary>
public sealed record Acknowledgement(string Agent, long Sequence, AckOutcome Outcome, string Reason)
{
    private const string Kind = "acknowledgement";

    /// <summary>The signed bytes. A reason is cut to what a line holds.</summary>
    public byte[] Seal(ECDsa key) => new FleetEnvelope(
        Kind, [("Agent", Agent), ("Sequence", MessageEnvelope.Number(Sequence)), ("Outcome", Outcome.ToString()), ("Reason", FleetText.Line(Reason))], default).Seal(key);

    /// <summary>Reads one that <paramref name="manager"/> signed; throws <see cref="FleetFormatException"/> for anything else.</summary>
    public static Acknowledgement Read(ReadOnlyMemory<byte> bytes, ECDsa manager)
    {
        var outside = FleetText.ReadSigned(bytes, Kind, manager);
        return new Acknowledgement(
            outside.Field("Agent"), outside.Number("Sequence"),
            outside.Field("Outcome") switch { "Taken" => AckOutcome.Taken, "Known" => AckOutcome.Known, "Refused" => AckOutcome.Refused, _ => throw new FleetFormatException("the acknowledgement has no known outcome") },
            outside.Field("Reason"));
    }
}

/// <summary>Texts inside envelopes.</summary>
internal static class FleetText
{
    private const int Longest = 300;

    /// <summary>A text as one line of ASCII, never empty.</summary>
    public static string Line(string text)
    {
        var line = new string([.. text.Take(Longest).Select(c => c is >= ' ' and <= '~' ? c : '?')]);
        return line.Length == 0 ? "-" : line;
    }

    /// <summary>An envelope of a kind that the key signed; throws <see cref="FleetFormatException"/>.</summary>
    public static FleetEnvelope ReadSigned(ReadOnlyMemory<byte> bytes, string kind, ECDsa key)
    {
        var outside = FleetEnvelope.Read(bytes, kind);
        return outside.IsSignedBy(key) ? outside : throw new FleetFormatException($"the {kind} is not signed by the key that was expected");
    }
}
