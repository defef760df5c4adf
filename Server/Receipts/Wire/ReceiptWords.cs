using System.Globalization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Server.Receipts.Wire;

/// <summary>The words of PWG 5100.7 and 5108 for the members of a receipt, the same in XML and JSON.</summary>
internal static class ReceiptWords
{
    public static JobService Service(string word) => word switch
    {
        "copy" => JobService.Copy,
        "print" => JobService.Print,
        "scan" => JobService.Scan,
        "fax-out" => JobService.FaxOut,
        "fax-in" => JobService.FaxIn,
        "other" => JobService.Other,
        _ => throw new WireFault("service must be copy, print, scan, fax-out, fax-in or other"),
    };

    public static string Of(JobService service) => service switch
    {
        JobService.FaxOut => "fax-out",
        JobService.FaxIn => "fax-in",
        _ => service.ToString().ToLowerInvariant(),
    };

    public static JobState State(string? word) => word switch
    {
        null or "completed" => JobState.Completed,
        "canceled" => JobState.Canceled,
        "aborted" => JobState.Aborted,
        _ => throw new WireFault("state must be completed, canceled or aborted"),
    };

    public static PageColor Color(string? word) => word switch
    {
        null or "unknown" => PageColor.Any,
        "monochrome" => PageColor.Mono,
        "full-color" or "highlight-color" => PageColor.Color,
        _ => throw new WireFault("color must be monochrome, full-color, highlight-color or unknown"),
    };

    public static PageSides Sides(string? word) => word switch
    {
        null or "unknown" => PageSides.Any,
        "one-sided" => PageSides.Simplex,
        "two-sided" => PageSides.Duplex,
        _ => throw new WireFault("sides must be one-sided, two-sided or unknown"),
    };

    public static IdentityKind Kind(string word) => word switch
    {
        "login" => IdentityKind.Login,
        "account" => IdentityKind.Account,
        "track" => IdentityKind.Track,
        "department" => IdentityKind.Department,
        _ => throw new WireFault("the kind of an identity must be login, account, track or department"),
    };

    /// <summary>A session as the server named it; any other text is none of ours.</summary>
    public static long? Session(string? text) => text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : throw new WireFault("session is not one that this server named");

    /// <summary>A valid receipt; throws <see cref="WireFault"/> for one that is not. <paramref name="place"/> tells which of the message it is, from 1.</summary>
    public static JobReceipt Checked(JobReceipt receipt, int place) => ReceiptValidation.Fault(receipt) is { } fault
        ? throw new WireFault(string.Create(CultureInfo.InvariantCulture, $"receipt {place}: {fault}"))
        : receipt;
}
