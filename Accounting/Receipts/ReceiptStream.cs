using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CopyTrack.Accounting.Receipts;

/// <summary>Receipts that never came: numbers <see cref="From"/> to <see cref="To"/> of a boot.</summary>
public readonly record struct MissingReceipts(string BootId, long From, long To);

/// <summary>One boot of a device: its highest number, and what is missing below it in order.</summary>
public sealed record BootStream(string BootId, long Highest, ImmutableArray<MissingReceipts> Missing);

/// <summary>
/// What is known of the order in which a device sends its receipts, and of its clock. One document for each device, changed under its row's lock.
/// The last boots are kept; what an older one lacks is explained by the meters.
/// </summary>
public sealed record ReceiptStream
{
    private const int MostBoots = 4, MostGaps = 32;

    /// <summary>Boots, the one heard last at the end.</summary>
    public ImmutableArray<BootStream> Boots { get; init; } = [];

    /// <summary>Server time minus the device's, in milliseconds, when it last told its time; null before.</summary>
    public long? ClockOffsetMs { get; init; }

    /// <summary>All that is missing.</summary>
    [JsonIgnore]
    public IEnumerable<MissingReceipts> Missing => Boots.SelectMany(b => b.Missing);

    /// <summary>Takes the number of a receipt that is new. Numbers below the highest close gaps; those above it open one. Without boot or number nothing changes.</summary>
    public ReceiptStream Take(string? bootId, long? sequence)
    {
        if (bootId is null || sequence is not { } number)
        {
            return this;
        }

        var at = Boots.Select((b, i) => (b, i)).Where(p => p.b.BootId == bootId).Select(p => (int?)p.i).FirstOrDefault();
        var boot = at is { } i ? Boots[i] : new BootStream(bootId, 0, []);
        boot = number > boot.Highest
            ? boot with { Highest = number, Missing = number == boot.Highest + 1 ? boot.Missing : Bounded(boot.Missing.Add(new MissingReceipts(bootId, boot.Highest + 1, number - 1))) }
            : boot with { Missing = Without(boot.Missing, number) };
        var rest = at is { } old ? Boots.RemoveAt(old) : Boots;
        return this with { Boots = rest.Length >= MostBoots ? rest.RemoveRange(0, rest.Length - MostBoots + 1).Add(boot) : rest.Add(boot) };
    }

    /// <summary>Takes the device's idea of now at <paramref name="now"/>.</summary>
    public ReceiptStream Clock(DateTimeOffset? deviceNow, DateTimeOffset now) =>
        deviceNow is { } told ? this with { ClockOffsetMs = (long)(now - told).TotalMilliseconds } : this;

    /// <summary>The document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReceiptStreamContext.Default.ReceiptStream);

    /// <summary>The stream in a document; null is a device that was never heard.</summary>
    public static ReceiptStream Parse(string? document)
    {
        var stream = document is null ? null : JsonSerializer.Deserialize(document, ReceiptStreamContext.Default.ReceiptStream);
        return stream is null ? new ReceiptStream() : stream.Boots.IsDefault ? stream with { Boots = [] } : stream;
    }

    private static ImmutableArray<MissingReceipts> Without(ImmutableArray<MissingReceipts> missing, long number)
    {
        for (var i = 0; i < missing.Length; i++)
        {
            var gap = missing[i];
            if (number < gap.From || number > gap.To)
            {
                continue;
            }

            var parts = missing.RemoveAt(i);
            if (number < gap.To)
            {
                parts = parts.Insert(i, gap with { From = number + 1 });
            }

            return number > gap.From ? Bounded(parts.Insert(i, gap with { To = number - 1 })) : parts;
        }

        return missing;
    }

    /// <summary>The oldest gaps are forgotten: a device that skips numbers for ever must not fill the row.</summary>
    private static ImmutableArray<MissingReceipts> Bounded(ImmutableArray<MissingReceipts> missing) =>
        missing.Length > MostGaps ? missing.RemoveRange(0, missing.Length - MostGaps) : missing;
}

/// <summary>Serialisation of streams, made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReceiptStream))]
public sealed partial class ReceiptStreamContext : JsonSerializerContext;
