using System.Security.Cryptography;

namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>What an agent is doing about updates.</summary>
public enum UpdateState
{
    /// <summary>Nothing: it runs its version.</summary>
    Running,

    /// <summary>A version is offered, and the agent's owner has not said yes.</summary>
    Waiting,

    /// <summary>A version is being fetched.</summary>
    Fetching,

    /// <summary>The version that asks is on trial: the answer is what it needs to stay.</summary>
    Trial,

    /// <summary>A version was refused or rolled back.</summary>
    Failed,
}

/// <summary>
/// The agent's question for an update, which tells how it stands: version and platform that run, whether updates are <c>automatic</c> or <c>manual</c>, and the state about a version
/// (<c>-</c> when about none) with a reason.
/// </summary>
public sealed record UpdateReport(string Agent, string Nonce, DateTimeOffset Sent, ReleaseVersion Version, string Platform, string Mode, UpdateState State, string About, string Reason)
{
    private const string Kind = "ask-update";

    /// <summary>The signed bytes.</summary>
    public byte[] Seal(ECDsa key) => new FleetEnvelope(
        Kind,
        [
            ("Agent", Agent), ("Nonce", Nonce), ("Sent", FleetTime.Text(Sent)), ("Version", Version.ToString()), ("Platform", Platform), ("Mode", Mode), ("State", State.ToString()),
            ("About", About), ("Reason", FleetText.Line(Reason)),
        ],
        default).Seal(key);

    /// <summary>Reads one; <paramref name="outside"/> then checks who signed it. Throws <see cref="FleetFormatException"/>.</summary>
    public static UpdateReport Read(ReadOnlyMemory<byte> bytes, out FleetEnvelope outside)
    {
        outside = FleetEnvelope.Read(bytes, Kind);
        var read = new UpdateReport(
            outside.Field("Agent"), outside.Field("Nonce"), outside.Time("Sent"), ReleaseVersion.Parse(outside.Field("Version")), outside.Field("Platform"), outside.Field("Mode"),
            Enum.TryParse<UpdateState>(outside.Field("State"), out var state) && Enum.IsDefined(state) ? state : throw new FleetFormatException("the state of the update is not known"),
            outside.Field("About"), outside.Field("Reason"));
        return read.Platform.Length <= 32 && read.Mode is "automatic" or "manual" && (read.About == "-" || ReleaseVersion.TryParse(read.About, out _)) ? read : throw new FleetFormatException("the report of the update can't be");
    }
}

/// <summary>The manager's answer: a manifest that the publisher signed, or nothing. The manager's own signature only says that it is the answer to this question.</summary>
public static class UpdateOffer
{
    private const string Kind = "update";

    /// <summary>The signed bytes; an empty manifest offers nothing.</summary>
    public static byte[] Seal(string agent, string nonce, ReadOnlyMemory<byte> manifest, ECDsa key) => new FleetEnvelope(Kind, [("Agent", agent), ("Nonce", nonce)], manifest).Seal(key);

    /// <summary>The manifest's bytes, not yet checked; empty when nothing is offered. Throws <see cref="FleetFormatException"/> for an answer of another key, to another agent or question.</summary>
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> bytes, string agent, string nonce, ECDsa manager)
    {
        var outside = FleetText.ReadSigned(bytes, Kind, manager);
        return outside.Field("Agent") == agent && outside.Field("Nonce") == nonce ? outside.Body : throw new FleetFormatException("the answer is not to this question");
    }
}

/// <summary>The agent's question for an archive by its hash. The archive is no secret; the question only keeps strangers from making the manager send it.</summary>
public sealed record ArchiveRequest(string Agent, string Nonce, DateTimeOffset Sent, string Hash)
{
    private const string Kind = "ask-package";

    /// <summary>The signed bytes.</summary>
    public byte[] Seal(ECDsa key) => new FleetEnvelope(Kind, [("Agent", Agent), ("Nonce", Nonce), ("Sent", FleetTime.Text(Sent)), ("Hash", Hash)], default).Seal(key);

    /// <summary>Reads one; <paramref name="outside"/> then checks who signed it. Throws <see cref="FleetFormatException"/>.</summary>
    public static ArchiveRequest Read(ReadOnlyMemory<byte> bytes, out FleetEnvelope outside)
    {
        outside = FleetEnvelope.Read(bytes, Kind);
        return new ArchiveRequest(outside.Field("Agent"), outside.Field("Nonce"), outside.Time("Sent"), outside.Field("Hash"));
    }
}
