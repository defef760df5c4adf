using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Receipts;

/// <summary>What every receipt must hold, whatever it came by; the limits are told in docs/receipts.md.</summary>
public static class ReceiptValidation
{
    /// <summary>Longest text of any member, in characters.</summary>
    public const int LongestText = 128;

    /// <summary>Most lines of pages, reasons, and identities of a receipt.</summary>
    public const int MostLines = 64, MostReasons = 16, MostIdentities = 8;

    /// <summary>Most impressions, sheets, scans or fax pages of one job: more than any engine makes in a day.</summary>
    public const long MostPages = 250_000;

    /// <summary>Receipts in one message.</summary>
    public const int MostReceipts = 100;

    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero), Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is wrong with the receipt, as a sentence for who sent it; null when it can be taken.</summary>
    public static string? Fault(JobReceipt receipt) =>
        FaultOfKey(receipt)
        ?? (receipt.Sequence is < 1 ? "sequence must be 1 or more" : null)
        ?? (receipt.StartedAt > receipt.EndedAt ? "startedAt must not be after endedAt" : null)
        ?? (receipt.EndedAt < Earliest || receipt.EndedAt > Latest || receipt.StartedAt < Earliest ? "startedAt and endedAt must lie between 1980 and 2200" : null)
        ?? (receipt.Reasons.Length > MostReasons || receipt.Reasons.Any(r => !IsText(r)) ? $"at most {MostReasons} reasons of 1 to {LongestText} characters" : null)
        ?? (receipt.Identities.Length > MostIdentities || receipt.Identities.Any(i => !IsText(i.Value)) ? $"at most {MostIdentities} identities of 1 to {LongestText} characters" : null)
        ?? (receipt.Scans is < 0 or > MostPages ? $"scans must be 0 to {MostPages}" : null)
        ?? (receipt.Faxes is < 0 or > MostPages ? $"faxes must be 0 to {MostPages}" : null)
        ?? FaultOfPages(receipt);

    private static string? FaultOfKey(JobReceipt r)
    {
        if (r.JobUuid is { } uuid && !Guid.TryParseExact(uuid, "D", out _))
        {
            return "jobUuid must be a UUID of 36 characters (RFC 9562), without 'urn:uuid:'";
        }

        if ((r.BootId is not null && !IsText(r.BootId)) || (r.JobId is not null && !IsText(r.JobId)))
        {
            return $"bootId and jobId must be 1 to {LongestText} characters without control characters";
        }

        return r.JobUuid is null && (r.BootId is null || r.JobId is null) ? "a receipt needs jobUuid, or bootId and jobId"
            : r.Sequence is not null && r.BootId is null ? "sequence needs bootId"
            : null;
    }

    private static string? FaultOfPages(JobReceipt receipt)
    {
        if (receipt.Pages.Length > MostLines)
        {
            return $"at most {MostLines} lines of pages";
        }

        var sum = 0L;
        foreach (var line in receipt.Pages)
        {
            var fault = line.Impressions is < 0 or > MostPages ? $"impressions must be 0 to {MostPages}"
                : line.Sheets is < 0 ? "sheets must not be negative"
                : line.Sheets > line.Impressions ? "sheets must not be above impressions"
                : line is { Sides: PageSides.Simplex, Sheets: { } ones } && ones != line.Impressions ? "one-sided sheets must be as many as impressions"
                : line is { Sides: PageSides.Duplex, Sheets: { } twos } && twos * 2 < line.Impressions ? "two-sided sheets must be at least half of impressions"
                : line.Media is { } media && !IsText(media) ? $"media must be 1 to {LongestText} characters without control characters"
                : null;
            if (fault is not null)
            {
                return fault;
            }

            sum += line.Impressions;
        }

        return sum > MostPages ? $"impressions of all lines must be at most {MostPages}" : null;
    }

    /// <summary>True for 1 to <see cref="LongestText"/> characters that every database and page can show.</summary>
    public static bool IsText(string text)
    {
        if (text.Length is 0 or > LongestText)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || char.IsLowSurrogate(text[i]) || text[i] is '\uFFFE' or '\uFFFF')
            {
                return false;
            }

            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
            {
                return false;
            }
        }

        return true;
    }
}
