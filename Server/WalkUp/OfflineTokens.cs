using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CopyTrack.Server.WalkUp;

/// <summary>What an offline token says: who, where from, what, until when.</summary>
internal sealed record OfflineGrant(long Person, long Org, string Functions, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>Offline tokens: sealed by the server, opaque to the terminal (docs/terminal-protocol.md §3).</summary>
internal sealed class OfflineTokens(ITextSealer sealer)
{
    /// <summary>A token for the person, good for the hours that the site allows.</summary>
    public string Seal(long person, long org, string functions, DateTimeOffset now, int hours) =>
        Base64Url.EncodeToString(sealer.Seal(JsonSerializer.Serialize(
            new OfflineGrant(person, org, functions, now, now.AddHours(hours)), OfflineTokenJson.Default.OfflineGrant)));

    /// <summary>What the token says, or null when it is not ours.</summary>
    public OfflineGrant? Open(string token)
    {
        try
        {
            return sealer.TryOpen(Base64Url.DecodeFromChars(token), out var text) ? JsonSerializer.Deserialize(text, OfflineTokenJson.Default.OfflineGrant) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>Seals texts under a key of the secrets folder.</summary>
internal interface ITextSealer
{
    /// <summary>The sealed form.</summary>
    byte[] Seal(string text);

    /// <summary>False for anything that this key did not seal.</summary>
    bool TryOpen(ReadOnlySpan<byte> data, out string text);
}

/// <summary>Generated serialisation of <see cref="OfflineGrant"/>.</summary>
[JsonSerializable(typeof(OfflineGrant))]
internal sealed partial class OfflineTokenJson : JsonSerializerContext;
