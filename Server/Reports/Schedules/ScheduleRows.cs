using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>A report that somebody keeps: an address with a name.</summary>
internal sealed record SavedReport
{
    public long Id { get; init; }
    public long OrgId { get; init; } = 1;
    /// <summary>Whose it is, as the audit log names them.</summary>
    public string Owner { get; init; } = "";
    public string Name { get; init; } = "";
    public string NameFolded { get; init; } = "";
    /// <summary>Query of <see cref="ReportAddress"/>.</summary>
    public string Address { get; init; } = "";
    /// <summary>True when everybody who may see reports sees it; what stands in it is always what the one who looks may see.</summary>
    public bool Shared { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>When and to whom a saved report is mailed.</summary>
internal sealed record ReportSchedule
{
    public long Id { get; init; }
    public long OrgId { get; init; } = 1;
    public long ReportId { get; init; }
    /// <summary>With whose rights it is made.</summary>
    public string Owner { get; init; } = "";
    /// <summary>Which of their roles, as it stands in settings: what they saw with when they made it.</summary>
    public string Role { get; init; } = "";
    /// <summary>Addresses, `;` between.</summary>
    public string Recipients { get; init; } = "";
    /// <summary>Files that go with the mail: xlsx, pdf, csv, `;` between; may be empty.</summary>
    public string Formats { get; init; } = "";
    /// <summary>Cron text.</summary>
    public string Timing { get; init; } = "";
    /// <summary>Name of the time zone whose clocks count.</summary>
    public string Zone { get; init; } = "";
    /// <summary>Language of the mail.</summary>
    public string Language { get; init; } = "en";
    public bool Enabled { get; init; } = true;
    public DateTimeOffset NextDue { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Name of the report, where it is read with it.</summary>
    public string? ReportName { get; init; }
    /// <summary>Its address, where it is read with it.</summary>
    public string? Address { get; init; }
}

/// <summary>A place in the list of schedules: the folded name of the report and the id of the schedule.</summary>
internal sealed record SchedulePlace(string NameFolded, long Id)
{
    /// <summary>Where a schedule stands that was read with its report.</summary>
    public static SchedulePlace Of(ReportSchedule schedule) => new(NameFolding.Fold(schedule.ReportName ?? ""), schedule.Id);
}

/// <summary>What became of one due run. The numbers are stored: append only.</summary>
internal enum DeliveryState
{
    /// <summary>To be made, at <c>next_try</c> or later.</summary>
    Waiting = 0,

    /// <summary>A node makes it.</summary>
    Working = 1,

    /// <summary>The mail is being handed over; whoever dies now leaves <see cref="Doubtful"/>.</summary>
    Sending = 2,

    /// <summary>The mail server has it.</summary>
    Sent = 3,

    /// <summary>Given up, with the reason.</summary>
    Failed = 4,

    /// <summary>The connection broke behind the mail: it may have arrived, and is not repeated.</summary>
    Doubtful = 5,

    /// <summary>It was due while no server ran, and a later run has taken its place.</summary>
    Missed = 6,
}

/// <summary>One due run of a schedule.</summary>
internal sealed record ReportDelivery
{
    public long Id { get; init; }
    public long OrgId { get; init; } = 1;
    public long ScheduleId { get; init; }
    public string ReportName { get; init; } = "";
    public string Owner { get; init; } = "";
    public DateTimeOffset DueAt { get; init; }
    public int State { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset NextTry { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public string? Message { get; init; }
    public DeliveryState Status => (DeliveryState)State;
}
