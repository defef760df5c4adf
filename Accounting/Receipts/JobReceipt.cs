using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Receipts;

/// <summary>What a device did for a job, in the words of PWG 5108 (copy, print, scan, fax-out, fax-in). The numbers are stored.</summary>
public enum JobService { Copy = 0, Print = 1, Scan = 2, FaxOut = 3, FaxIn = 4, Other = 5 }

/// <summary>How a job ended (RFC 8011 §5.3.7). What it made counts in every case. The numbers are stored.</summary>
public enum JobState { Completed = 0, Canceled = 1, Aborted = 2 }

/// <summary>Kinds of names under which a device knows whose job it was. The numbers are stored.</summary>
public enum IdentityKind
{
    /// <summary>Login name at the device (job-accounting-user-id).</summary>
    Login = 0,

    /// <summary>Account id (job-accounting-id).</summary>
    Account = 1,

    /// <summary>Track ID of an account track.</summary>
    Track = 2,

    /// <summary>Department ID.</summary>
    Department = 3,
}

/// <summary>One name of whoever made the job, as the device knows it.</summary>
public readonly record struct JobIdentity(IdentityKind Kind, string Value);

/// <summary>
/// Sides and sheets completed of one colour, kind of sides and medium. <see cref="Impressions"/> are sides marked (blank backs are not counted),
/// <see cref="Sheets"/> null when the device does not say. <see cref="Media"/> is a name of PWG 5101.1, or any other text, null when unknown.
/// </summary>
public readonly record struct CompletedPages(PageColor Color, PageSides Sides, string? Media, long Impressions, long? Sheets);

/// <summary>
/// What a device says that it has done for one job, in the neutral vocabulary (PWG JobReceipt). The device itself is never part of it: it is
/// whoever holds the credential. See docs/receipts.md.
/// </summary>
public sealed record JobReceipt
{
    /// <summary>job-uuid, in lower case without "urn:uuid:"; null when the device has none, then boot and job id are the key.</summary>
    public string? JobUuid { get; init; }

    /// <summary>Which start of the device the job belongs to; job ids and numbers begin anew with each.</summary>
    public string? BootId { get; init; }

    /// <summary>The device's own number of the job.</summary>
    public string? JobId { get; init; }

    /// <summary>Number of the receipt, counted by one within a boot, from 1; null when the device does not count.</summary>
    public long? Sequence { get; init; }

    /// <summary>What it did.</summary>
    public required JobService Service { get; init; }

    /// <summary>How it ended.</summary>
    public JobState State { get; init; }

    /// <summary>job-state-reasons, keywords.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>The walk-up session in which it was made, as the server named it; null when the device knows none.</summary>
    public long? Session { get; init; }

    /// <summary>Names under which the device knows the person or account.</summary>
    public ImmutableArray<JobIdentity> Identities { get; init; } = [];

    /// <summary>By the device's clock; null when it does not say.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>By the device's clock.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>What was put on paper.</summary>
    public ImmutableArray<CompletedPages> Pages { get; init; } = [];

    /// <summary>Originals scanned and sent away.</summary>
    public long Scans { get; init; }

    /// <summary>Pages faxed away.</summary>
    public long Faxes { get; init; }

    /// <summary>What makes it the same receipt for one device, for ever: the uuid, else boot and job id. Times are never part of it.</summary>
    public string Key => JobUuid is { } uuid ? "u:" + uuid : $"b:{BootId}/{JobId}";

    /// <summary>Names of people stay out of logs.</summary>
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Key = ").Append(Key).Append(", Service = ").Append(Service);
        return true;
    }
}
