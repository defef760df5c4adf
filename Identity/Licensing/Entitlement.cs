using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CopyTrack.Identity.Licensing;

/// <summary>What a licence allows: copy tracking for somebody, from and until a time. <see cref="Unlimited"/> is built in.</summary>
/// <param name="Id">Number of the licence, for whoever asks about it.</param>
/// <param name="Customer">Whom it was given to.</param>
/// <param name="From">From when it holds.</param>
/// <param name="Until">Until when, exclusive; null = for ever.</param>
public sealed record Entitlement(string Id, string Customer, DateTimeOffset From, DateTimeOffset? Until)
{
    /// <summary>The feature that a licence file must name.</summary>
    public const string Feature = "copyTracking";

    /// <summary>What holds where no licence file is named: everything, for ever.</summary>
    public static Entitlement Unlimited { get; } = new("built-in", "everyone", DateTimeOffset.MinValue, null);

    /// <summary>True while it holds.</summary>
    public bool Holds(DateTimeOffset now) => now >= From && (Until is not { } until || now < until);
}

/// <summary>What a licence file came to.</summary>
public abstract record LicenceOutcome
{
    private LicenceOutcome() { }

    /// <summary>The publisher signed it. Whether it holds now is another question.</summary>
    public sealed record Good(Entitlement Entitlement) : LicenceOutcome;

    /// <summary>It is none, or not the publisher's; <see cref="Reason"/> is for an administrator: cause and next step.</summary>
    public sealed record Bad(string Reason) : LicenceOutcome;
}

/// <summary>
/// Licence files: two lines of base64url, the claims as JSON and the publisher's ECDSA signature over their bytes (P-256, SHA-256, r and s of 32 bytes each). Checked
/// without any network. Hostile bytes are refused, never thrown at.
/// </summary>
public static class LicenceFile
{
    /// <summary>Most characters of a file.</summary>
    public const int MaxLength = 8192;

    private const int MaxDepth = 4, SignatureBytes = 64;

    /// <summary>Checks the text of a file against the publisher's public key.</summary>
    public static LicenceOutcome Read(string text, ECDsa publisher)
    {
        var lines = text.Length > MaxLength ? [] : text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length != 2 || Bytes(lines[0]) is not { } claims || Bytes(lines[1]) is not { Length: SignatureBytes } signature)
        {
            return new LicenceOutcome.Bad("it is no licence file: two lines of base64url are expected; copy it again");
        }

        if (!publisher.VerifyData(claims, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
        {
            return new LicenceOutcome.Bad("its signature is not the publisher's: it was changed, or Licence:PublisherKeyFile is another publisher's");
        }

        try
        {
            using var document = JsonDocument.Parse(claims, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            return root.GetProperty("feature").GetString() != Entitlement.Feature
                ? new LicenceOutcome.Bad($"it is for another feature than {Entitlement.Feature}")
                : new LicenceOutcome.Good(new Entitlement(
                    root.GetProperty("id").GetString() ?? "", root.GetProperty("customer").GetString() ?? "", root.GetProperty("from").GetDateTimeOffset(),
                    root.TryGetProperty("until", out var until) && until.ValueKind != JsonValueKind.Null ? until.GetDateTimeOffset() : null));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new LicenceOutcome.Bad("its claims can't be read; ask for a new one");
        }
    }

    /// <summary>The text of a file that says so, signed with the publisher's private key.</summary>
    public static string Write(Entitlement entitlement, ECDsa publisher)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("feature", Entitlement.Feature);
            json.WriteString("id", entitlement.Id);
            json.WriteString("customer", entitlement.Customer);
            json.WriteString("from", entitlement.From);
            if (entitlement.Until is { } until)
            {
                json.WriteString("until", until);
            }

            json.WriteEndObject();
        }

        var claims = stream.ToArray();
        var signature = publisher.SignData(claims, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{Base64Url.EncodeToString(claims)}\n{Base64Url.EncodeToString(signature)}\n";
    }

    private static byte[]? Bytes(string line)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(Encoding.ASCII.GetMaxByteCount(line.Length))];
        return Base64Url.IsValid(line) && Base64Url.TryDecodeFromChars(line, bytes, out var written) ? bytes[..written] : null;
    }
}
