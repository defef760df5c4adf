using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CopyTrack.Accounting.Receipts;

/// <summary>The one form in which a receipt is kept and compared. What one version wrote every later one reads: members are added, never renamed.</summary>
public static class ReceiptContent
{
    /// <summary>The receipt as compact JSON; absent members are left out.</summary>
    public static string Write(JobReceipt receipt) => JsonSerializer.Serialize(receipt, ReceiptContentContext.Default.JobReceipt);

    /// <summary>The receipt of a kept text. Throws <see cref="JsonException"/> for what is none.</summary>
    public static JobReceipt Read(string content)
    {
        var receipt = JsonSerializer.Deserialize(content, ReceiptContentContext.Default.JobReceipt) ?? throw new JsonException("The content of a receipt is null.");
        // Generated code leaves arrays that are absent without any.
        return receipt with
        {
            Reasons = receipt.Reasons.IsDefault ? [] : receipt.Reasons,
            Identities = receipt.Identities.IsDefault ? [] : receipt.Identities,
            Pages = receipt.Pages.IsDefault ? [] : receipt.Pages,
        };
    }

    /// <summary>SHA-256 over all that the device said of the job: equal for equal content, whatever the message around it.</summary>
    public static byte[] Hash(JobReceipt receipt) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(receipt, ReceiptContentContext.Default.JobReceipt));

    /// <summary>The receipt without the login name of whoever made it: what is kept once the person is known by id. Ids of accounts are no one's name.</summary>
    public static JobReceipt WithoutNames(JobReceipt receipt) => receipt with { Identities = [.. receipt.Identities.Where(i => i.Kind != IdentityKind.Login)] };
}

/// <summary>Serialisation of receipts, made at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(JobReceipt))]
public sealed partial class ReceiptContentContext : JsonSerializerContext;
