using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Receipts.Makers;

/// <summary>
/// The job log that Kyocera devices mail as an XML attachment. Seen in public are print jobs alone, without paper size and sides. Times are those of the device's
/// clock without a zone. Job numbers begin anew at a reset, so the start belongs to the job's id. A mail has no answer.
/// </summary>
public sealed class KyoceraJobLog(TimeZoneInfo zone) : IReceiptAdapter
{
    private static readonly XNamespace Ns = "http://www.kyoceramita.com/ws/km-wsdl/log/log_information";

    /// <inheritdoc/>
    public string Name => "kyocera-job-log";

    /// <inheritdoc/>
    public ImmutableArray<JobReceipt> Read(ReadOnlyMemory<byte> message)
    {
        var jobs = MakerXml.Parse(message).DescendantsAndSelf(Ns + "print_job_log").Take(ReceiptValidation.MostReceipts + 1).ToList();
        if (jobs.Count is 0 or > ReceiptValidation.MostReceipts)
        {
            throw new MakerFormatException($"the log must hold 1 to {ReceiptValidation.MostReceipts} print_job_log");
        }

        return [.. jobs.Select(Receipt)];
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Acknowledge(ImmutableArray<JobReceipt> receipts) => default;

    private JobReceipt Receipt(XElement job)
    {
        var common = job.Element(Ns + "common") ?? throw new MakerFormatException("a job has no common part");
        var detail = job.Element(Ns + "detail");
        var number = MakerXml.Number(common, Ns + "job_number") ?? throw new MakerFormatException("a job has no job_number");
        var (start, end) = (Time(common, "start_time"), Time(common, "end_time"));
        // What was done: complete_pages where the device tells it, else the pages of the job for each copy that was finished.
        var impressions = (detail is null ? null : MakerXml.Number(detail, Ns + "complete_pages"))
            ?? ((MakerXml.Number(common, Ns + "pages") ?? 0) * ((detail is null ? null : MakerXml.Number(detail, Ns + "complete_copies")) ?? 1));
        var receipt = new JobReceipt
        {
            BootId = "log", JobId = string.Create(CultureInfo.InvariantCulture, $"{number}@{start.UtcDateTime:yyyyMMddHHmmss}"), Service = JobService.Print,
            State = Word(common, "job_result") is "OK" or "COMPLETE" or null ? JobState.Completed : JobState.Aborted, StartedAt = start, EndedAt = end,
            Identities = [.. Names(common)],
            Pages = impressions == 0 ? [] : [new CompletedPages(ColorOf(detail is null ? null : Word(detail, "print_color_mode")), PageSides.Any, null, impressions, null)],
        };
        return ReceiptValidation.Fault(receipt) is { } fault ? throw new MakerFormatException($"job {number}: {fault}") : receipt;
    }

    private static IEnumerable<JobIdentity> Names(XElement common)
    {
        if (Word(common, "login_id") is { } login)
        {
            yield return new JobIdentity(IdentityKind.Login, login);
        }

        if (Word(common, "account_code") is { } account)
        {
            yield return new JobIdentity(IdentityKind.Account, account);
        }
    }

    private DateTimeOffset Time(XElement common, string name)
    {
        var time = common.Element(Ns + name) ?? throw new MakerFormatException($"a job has no {name}");
        long Part(string part) => MakerXml.Number(time, Ns + part) ?? throw new MakerFormatException($"{name} has no {part}");
        try
        {
            // As in C: years since 1900, months from 0.
            var local = new DateTime((int)Part("year") + 1900, (int)Part("month") + 1, (int)Part("day"), (int)Part("hour"), (int)Part("minute"), (int)Part("second"), DateTimeKind.Unspecified);
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }
        catch (ArgumentException)
        {
            throw new MakerFormatException($"{name} is no time");
        }
    }

    private static string? Word(XElement parent, string name) => parent.Element(Ns + name)?.Value.Trim() is { Length: > 0 } word ? word : null;

    private static PageColor ColorOf(string? mode) => mode switch
    {
        null => PageColor.Any,
        var m when m.Contains("COLOR", StringComparison.OrdinalIgnoreCase) => PageColor.Color,
        var m when m.Contains("MONO", StringComparison.OrdinalIgnoreCase) || m.Contains("BLACK", StringComparison.OrdinalIgnoreCase) => PageColor.Mono,
        _ => PageColor.Any,
    };
}
