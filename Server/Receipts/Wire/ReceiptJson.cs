using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Server.Receipts.Wire;

/// <summary>Receipts as JSON: <c>{"sentAt", "receipts": [...]}</c> with the names and words of accounting.xsd.</summary>
internal static class ReceiptJson
{
    /// <summary>The receipts of a body. Throws <see cref="WireFault"/> for what is none.</summary>
    public static ReceiptMessage Read(ReadOnlySpan<byte> body)
    {
        Message message;
        try
        {
            message = JsonSerializer.Deserialize(body, ReceiptJsonContext.Default.Message) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            var path = new string([.. (e.Path ?? "").Where(c => !char.IsControl(c)).Take(64)]);
            throw new WireFault($"the body is no message of receipts{(path is "" or "$" ? "" : $" at {path}")}; members that docs/receipts.md does not name are refused");
        }

        if (message.Receipts.Count is 0 or > ReceiptValidation.MostReceipts)
        {
            throw new WireFault($"receipts must be a list of 1 to {ReceiptValidation.MostReceipts}");
        }

        return new ReceiptMessage(message.SentAt, [.. message.Receipts.Select((r, i) => ReceiptWords.Checked(Receipt(r ?? throw new WireFault("a receipt must not be null")), i + 1))]);
    }

    /// <summary>A question before a job: <c>{"session", "identities", "jobId", "service", "color", "media", "impressions"}</c>, as Authorize of accounting.xsd. Throws <see cref="WireFault"/>.</summary>
    public static (JobReceipt Job, PageColor Color, long? Impressions) ReadQuestion(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        Question q;
        try
        {
            q = JsonSerializer.Deserialize(body, ReceiptJsonContext.Default.Question) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new WireFault("the body is no question before a job; members that docs/receipts.md does not name are refused");
        }

        var color = ReceiptWords.Color(q.Color);
        var job = new JobReceipt
        {
            JobId = q.JobId ?? "asked", BootId = "asked", Service = ReceiptWords.Service(q.Service), Session = ReceiptWords.Session(q.Session), Identities = Identities(q.Identities), EndedAt = now,
            Pages = [new CompletedPages(color, PageSides.Any, q.Media, q.Impressions ?? 0, null)],
        };
        return (ReceiptWords.Checked(job, 1) with { JobId = q.JobId, BootId = null }, color, q.Impressions);
    }

    private static System.Collections.Immutable.ImmutableArray<JobIdentity> Identities(List<Name?>? names) =>
        [.. (names ?? []).Select(i => i is null ? throw new WireFault("an identity must not be null") : new JobIdentity(ReceiptWords.Kind(i.Kind), i.Value))];

    private static JobReceipt Receipt(Input r) => new()
    {
        JobUuid = r.JobUuid?.ToLowerInvariant(),
        BootId = r.BootId,
        JobId = r.JobId,
        Sequence = r.Sequence,
        Service = ReceiptWords.Service(r.Service),
        State = ReceiptWords.State(r.State),
        Reasons = [.. (r.Reasons ?? []).Select(x => x ?? throw new WireFault("a reason must not be null"))],
        Session = ReceiptWords.Session(r.Session),
        Identities = Identities(r.Identities),
        StartedAt = r.StartedAt?.ToUniversalTime(),
        EndedAt = r.EndedAt.ToUniversalTime(),
        Pages = [.. (r.Pages ?? []).Select(p => p is null ? throw new WireFault("a line of pages must not be null")
            : new CompletedPages(ReceiptWords.Color(p.Color), ReceiptWords.Sides(p.Sides), p.Media, p.Impressions, p.Sheets))],
        Scans = r.Scans ?? 0,
        Faxes = r.Faxes ?? 0,
    };

    internal sealed record Message
    {
        public DateTimeOffset? SentAt { get; init; }
        public required List<Input?> Receipts { get; init; }
    }

    internal sealed record Input
    {
        public string? JobUuid { get; init; }
        public string? BootId { get; init; }
        public string? JobId { get; init; }
        public long? Sequence { get; init; }
        public required string Service { get; init; }
        public string? State { get; init; }
        public List<string?>? Reasons { get; init; }
        public string? Session { get; init; }
        public List<Name?>? Identities { get; init; }
        public DateTimeOffset? StartedAt { get; init; }
        public required DateTimeOffset EndedAt { get; init; }
        public List<Line?>? Pages { get; init; }
        public long? Scans { get; init; }
        public long? Faxes { get; init; }
    }

    internal sealed record Question
    {
        public string? Session { get; init; }
        public List<Name?>? Identities { get; init; }
        public string? JobId { get; init; }
        public required string Service { get; init; }
        public string? Color { get; init; }
        public string? Media { get; init; }
        public long? Impressions { get; init; }
    }

    internal sealed record Name
    {
        public required string Kind { get; init; }
        public required string Value { get; init; }
    }

    internal sealed record Line
    {
        public string? Color { get; init; }
        public string? Sides { get; init; }
        public string? Media { get; init; }
        public required long Impressions { get; init; }
        public long? Sheets { get; init; }
    }
}

/// <summary>Reading of receipts, made at build time; strict about names, doubles and nulls.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, MaxDepth = 8, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, NumberHandling = JsonNumberHandling.Strict, RespectNullableAnnotations = true,
    AllowDuplicateProperties = false, PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(ReceiptJson.Message))]
[JsonSerializable(typeof(ReceiptJson.Question))]
internal sealed partial class ReceiptJsonContext : JsonSerializerContext;
