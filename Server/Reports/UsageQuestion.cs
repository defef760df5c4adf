namespace CopyTrack.Server.Reports;

/// <summary>Dimensions to keep apart in sums of usage.</summary>
internal sealed record UsageSplit(bool Person, bool Project, bool Device, bool Month, bool Day, bool Function, bool Cause, bool Hour = false)
{
    /// <summary>True when of people only their departments are looked at: sums may stand under those in place of people.</summary>
    public bool OnlyDepartments { get; init; }

    /// <summary>True when of people only their cost centres are looked at.</summary>
    public bool OnlyCostCentres { get; init; }

    /// <summary>True when of devices only their sites are looked at.</summary>
    public bool OnlySites { get; init; }
}

/// <summary>What sums are asked for. <see cref="Owned"/>: true for what belongs to people, false for what belongs to no one, null for both.</summary>
internal sealed record UsageQuestion(ReportScope Scope, ReportFilter Filter, UsageSplit Split, bool? Owned)
{
    /// <summary>Ids under which the person of the filter was booked, theirs and those of whoever was merged into them; one null for everybody.</summary>
    public IReadOnlyList<long?> People { get; init; } = [Filter.PersonId];

    /// <summary>True when the roll-up of people's months tells all that is asked.</summary>
    public bool IsOfPeople => Owned == true && Split is { Device: false, Day: false, Function: false, Cause: false, Hour: false }
        && Filter is { DeviceId: null, Site: null, Function: null, Cause: null or 0, Hour: null } && Scope.Sites.IsEmpty;

    /// <summary>True when the roll-up of devices' months tells all that is asked.</summary>
    public bool IsOfDevices => IsOfWholeDevices && !Split.Hour && Filter.Hour is null;

    /// <summary>True when the roll-up of hours tells whole months of what is asked.</summary>
    public bool IsOfHours => IsOfWholeDevices && IsByHour;

    /// <summary>True when hours are asked for, which the roll-ups of days and months do not know.</summary>
    public bool IsByHour => Split.Hour || Filter.Hour is not null;

    private bool IsOfWholeDevices => Split is { Person: false, Project: false, Day: false }
        && Filter is { PersonId: null, ProjectId: null, Department: null, CostCentre: null } && Scope.Departments.IsEmpty && Scope.Projects.IsEmpty;
}
