using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.WalkUp;

/// <summary>What an offline token says: who, where from, what, until when.</summary>
internal sealed record OfflineGrant(long Person, long Org, string Functions, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>Offline tokens: sealed by the server, opaque to the terminal (docs/terminal-protocol.md §3).</summary>
internal sealed class OfflineTokens(IOfflineTokenSealer sealer)
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
            return JsonSerializer.Deserialize(sealer.Open(Base64Url.DecodeFromChars(token)), OfflineTokenJson.Default.OfflineGrant);
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>Generated serialisation of <see cref="OfflineGrant"/>.</summary>
[JsonSerializable(typeof(OfflineGrant))]
internal sealed partial class OfflineTokenJson : JsonSerializerContext;
