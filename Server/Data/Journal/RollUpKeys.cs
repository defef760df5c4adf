using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Data.Journal;

/// <summary>Key of a row of <c>usage_day</c>; 0 is "no one" and "none".</summary>
internal readonly record struct DayKey(long OrgId, int Day, long DeviceId, long PersonId, long ProjectId, short Function, short Cause) : IComparable<DayKey>
{
    public int CompareTo(DayKey other) =>
        (OrgId, Day, DeviceId, PersonId, ProjectId, Function, Cause).CompareTo((other.OrgId, other.Day, other.DeviceId, other.PersonId, other.ProjectId, other.Function, other.Cause));

    public static bool operator <(DayKey a, DayKey b) => a.CompareTo(b) < 0;

    public static bool operator >(DayKey a, DayKey b) => a.CompareTo(b) > 0;

    public static bool operator <=(DayKey a, DayKey b) => a.CompareTo(b) <= 0;

    public static bool operator >=(DayKey a, DayKey b) => a.CompareTo(b) >= 0;
}

/// <summary>Key of a row of <c>usage_month</c>; project 0 is "none".</summary>
internal readonly record struct MonthKey(long OrgId, int Month, long PersonId, long ProjectId) : IComparable<MonthKey>
{
    public int CompareTo(MonthKey other) => (OrgId, Month, PersonId, ProjectId).CompareTo((other.OrgId, other.Month, other.PersonId, other.ProjectId));

    public static bool operator <(MonthKey a, MonthKey b) => a.CompareTo(b) < 0;

    public static bool operator >(MonthKey a, MonthKey b) => a.CompareTo(b) > 0;

    public static bool operator <=(MonthKey a, MonthKey b) => a.CompareTo(b) <= 0;

    public static bool operator >=(MonthKey a, MonthKey b) => a.CompareTo(b) >= 0;
}

/// <summary>Key of a row of <c>usage_device_month</c>.</summary>
internal readonly record struct DeviceMonthKey(long OrgId, int Month, long DeviceId, short Function, short Cause) : IComparable<DeviceMonthKey>
{
    public int CompareTo(DeviceMonthKey other) =>
        (OrgId, Month, DeviceId, Function, Cause).CompareTo((other.OrgId, other.Month, other.DeviceId, other.Function, other.Cause));

    public static bool operator <(DeviceMonthKey a, DeviceMonthKey b) => a.CompareTo(b) < 0;

    public static bool operator >(DeviceMonthKey a, DeviceMonthKey b) => a.CompareTo(b) > 0;

    public static bool operator <=(DeviceMonthKey a, DeviceMonthKey b) => a.CompareTo(b) <= 0;

    public static bool operator >=(DeviceMonthKey a, DeviceMonthKey b) => a.CompareTo(b) >= 0;
}

/// <summary>Key of a row of <c>usage_hour</c>; the hour is that of the local day.</summary>
internal readonly record struct HourKey(long OrgId, int Month, long DeviceId, short Hour, short Function, short Cause) : IComparable<HourKey>
{
    public int CompareTo(HourKey other) =>
        (OrgId, Month, DeviceId, Hour, Function, Cause).CompareTo((other.OrgId, other.Month, other.DeviceId, other.Hour, other.Function, other.Cause));

    public static bool operator <(HourKey a, HourKey b) => a.CompareTo(b) < 0;

    public static bool operator >(HourKey a, HourKey b) => a.CompareTo(b) > 0;

    public static bool operator <=(HourKey a, HourKey b) => a.CompareTo(b) <= 0;

    public static bool operator >=(HourKey a, HourKey b) => a.CompareTo(b) >= 0;
}

/// <summary>What a row of a roll-up grows by.</summary>
internal readonly record struct Amount(long Jobs, PageCounts Counts)
{
    public static Amount operator +(Amount a, Amount b) => new(a.Jobs + b.Jobs, a.Counts + b.Counts);
}
