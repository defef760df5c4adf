using System.Security.Cryptography;

namespace CopyTrack.Accounting.Fleet;

/// <summary>
/// The manager's signed word that it keeps every message of an agent from <c>First</c> up to <see cref="Through"/>. It is how an agent whose messages go by mail hears of them: it asks, if it can
/// reach the manager at all; the nonce lets no old word pass as a new one.
/// </summary>
public sealed record FleetReceived(long Through)
{
    private const string AskKind = "ask-received", AnswerKind = "received";

    /// <summary>The agent's question: <paramref name="first"/> is the lowest number that it still holds; what is below can't come any more.</summary>
    public static byte[] Ask(string agent, string nonce, long first, DateTimeOffset sent, ECDsa key) => new FleetEnvelope(
        AskKind, [("Agent", agent), ("Nonce", nonce), ("First", MessageEnvelope.Number(first)), ("Sent", FleetTime.Text(sent))], default).Seal(key);

    /// <summary>Reads a question; <paramref name="outside"/> then checks who signed it. Throws <see cref="FleetFormatException"/>.</summary>
    public static (string Agent, string Nonce, long First) ReadAsk(ReadOnlyMemory<byte> bytes, out FleetEnvelope outside)
    {
        outside = FleetEnvelope.Read(bytes, AskKind);
        return outside.Number("First") is > 0 and var first ? (outside.Field("Agent"), outside.Field("Nonce"), first) : throw new FleetFormatException("the lowest number is none");
    }

    /// <summary>The manager's answer.</summary>
    public byte[] Seal(string agent, string nonce, ECDsa key) =>
        new FleetEnvelope(AnswerKind, [("Agent", agent), ("Nonce", nonce), ("Through", MessageEnvelope.Number(Through))], default).Seal(key);

    /// <summary>Reads the answer to <paramref name="nonce"/>; throws <see cref="FleetFormatException"/> for one of another agent, question or key.</summary>
    public static FleetReceived Read(ReadOnlyMemory<byte> bytes, string agent, string nonce, ECDsa manager)
    {
        var outside = FleetText.ReadSigned(bytes, AnswerKind, manager);
        return outside.Field("Agent") == agent && outside.Field("Nonce") == nonce && outside.Body.IsEmpty
            ? new FleetReceived(outside.Number("Through")) : throw new FleetFormatException("the answer is not to this question");
    }
}
