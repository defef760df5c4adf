using System.Collections.Immutable;

namespace CopyTrack.Accounting.Charging;

/// <summary>Whose spending a limit bounds. The numbers are stored.</summary>
public enum QuotaKind { Person = 0, Department = 1, Project = 2 }

/// <summary>In which time spending counts against a limit. The numbers are stored.</summary>
public enum QuotaPeriod { Ever = 0, Day = 1, Month = 2, Year = 3 }

/// <summary>One limit with what was spent under it, in millionths of the currency. Soft and hard are null for none; extra is credit paid in on top of both.</summary>
public readonly record struct QuotaUse(QuotaKind Kind, long? Soft, long? Hard, long Extra, long Used)
{
    /// <summary>What sessions and jobs that run now hold of it; counted as spent until they end.</summary>
    public long Held { get; init; }

    /// <summary>What may still be spent or held; null without a hard limit. Negative when the last job went over it.</summary>
    public long? Left => Hard + Extra - Used - Held;

    /// <summary>True when the soft limit is passed.</summary>
    public bool IsWarning => Soft + Extra < Used;
}

/// <summary>What limits come to for one person. <see cref="Left"/> is the least of all hard limits, null without one.</summary>
public readonly record struct Credit(long? Left, bool IsWarning)
{
    /// <summary>No limit at all.</summary>
    public static Credit Unlimited { get; }

    /// <summary>False when copies are refused.</summary>
    public bool MayCopy => Left is not <= 0;
}

/// <summary>Decides what limits allow, from numbers alone.</summary>
public static class CreditRules
{
    /// <summary>The credit that all limits together leave.</summary>
    public static Credit Of(ImmutableArray<QuotaUse> limits)
    {
        var credit = Credit.Unlimited;
        foreach (var limit in limits)
        {
            var left = limit.Left is { } mine && (credit.Left is not { } least || mine < least) ? mine : credit.Left;
            credit = new Credit(left, credit.IsWarning || limit.IsWarning);
        }

        return credit;
    }

    /// <summary>The local day on which the period of <paramref name="today"/> began.</summary>
    public static DateOnly Start(QuotaPeriod period, DateOnly today) => period switch
    {
        QuotaPeriod.Ever => DateOnly.MinValue,
        QuotaPeriod.Day => today,
        QuotaPeriod.Month => new DateOnly(today.Year, today.Month, 1),
        QuotaPeriod.Year => new DateOnly(today.Year, 1, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(period)),
    };
}
