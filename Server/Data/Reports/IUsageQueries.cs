using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Data.Reports;

/// <summary>What the rows of a report on use are.</summary>
public enum UsageBy
{
    /// <summary>A row for each person.</summary>
    User,

    /// <summary>A row for each device, with what belongs to no one.</summary>
    Device,

    /// <summary>A row for each department of people.</summary>
    Department,

    /// <summary>A row for each project of people.</summary>
    Project,

    /// <summary>A row for each month, of people.</summary>
    Month,
}

/// <summary>What a report covers: local days from <see cref="From"/> to before <see cref="To"/>, narrowed by what is not null.</summary>
public sealed record UsageFilter(DateOnly From, DateOnly To)
{
    /// <summary>The organisation; 1 is the default one.</summary>
    public long OrgId { get; init; } = 1;

    /// <summary>Only at this device.</summary>
    public long? DeviceId { get; init; }

    /// <summary>Only at devices of this site.</summary>
    public string? Site { get; init; }

    /// <summary>Only of this person.</summary>
    public long? PersonId { get; init; }

    /// <summary>Only for this project.</summary>
    public long? ProjectId { get; init; }

    /// <summary>Only of people of this department.</summary>
    public string? Department { get; init; }
}

/// <summary>One row of a report.</summary>
/// <param name="Key">User name, device name, department, project code, or month as <c>yyyy-MM</c>; empty for "none". The id for what was erased.</param>
/// <param name="Name">Display name, location, department, project name; null when there is none.</param>
/// <param name="Jobs">Sessions with work of a function.</param>
/// <param name="Counts">The columns.</param>
public sealed record UsageRow(string Key, string? Name, long Jobs, PageCounts Counts);

/// <summary>Some rows of a report in the order of their keys, and what all its rows come to.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Totals">The sum of all rows, not only of these.</param>
/// <param name="Next">Cursor of the next rows; null at the end.</param>
public sealed record UsagePage(IReadOnlyList<UsageRow> Rows, UsageRow Totals, string? Next);

/// <summary>What a device made for a cause; <see cref="Accounting.Ledger.Cause.None"/> is what belongs to people.</summary>
public sealed record CauseRow(long DeviceId, string Device, Cause Cause, long Jobs, PageCounts Counts);

/// <summary>Reports from the roll-ups; they never scan entries. Every method throws <see cref="StorageUnavailableException"/>.</summary>
public interface IUsageQueries
{
    /// <summary>
    /// Up to <paramref name="limit"/> rows after the cursor <paramref name="after"/> (null: from the start), with the totals. All but
    /// <see cref="UsageBy.Device"/> tell what belongs to people only; the rest is <see cref="CausesAsync"/>.
    /// </summary>
    Task<UsagePage> SumAsync(UsageBy by, UsageFilter filter, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>By device and cause, what belongs to people and to no one; only organisation, days, device and site of the filter count.</summary>
    Task<IReadOnlyList<CauseRow>> CausesAsync(UsageFilter filter, CancellationToken cancellationToken);
}
