using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Server.Receipts;

/// <summary>A job that is about to begin: whose, where, and as much as the device knows of it (null: unknown).</summary>
internal sealed record JobQuestion(
    long OrgId, long DeviceId, long? PersonId, long? ProjectId, long? SessionId, string? JobId, JobService Service, bool? Color, string? Media, long? Impressions);

/// <summary>
/// Whether it may begin, for how many impressions (null: no limit), under which reservation (null: none was made), and a text for the panel when it may not.
/// </summary>
internal sealed record JobAllowance(bool Allowed, long? MaxImpressions, string? Reservation, string? Text)
{
    /// <summary>No quota applies.</summary>
    public static JobAllowance Unlimited { get; } = new(true, null, null, null);
}

/// <summary>What is left of a quota. Rights are asked before; a receipt of the job settles its reservation.</summary>
internal interface IJobAllowance
{
    /// <summary>The answer as of now; the device waits for it.</summary>
    Task<JobAllowance> AskAsync(JobQuestion question, CancellationToken cancellationToken);
}
