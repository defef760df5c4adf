using CopyTrack.Accounting.Inventory;

namespace CopyTrack.Accounting.Alerts;

/// <summary>What a rule sees of a device or an agent. Pure.</summary>
public static class Sightings
{
    // A level that goes up by what devices tell wrongly must not end an alert that comes back with the next look.
    private const int LevelPlay = 5, DaysPlay = 2;

    private const int MostParts = 64;

    /// <summary>
    /// What the rule sees of a device: one for each supply or tray it looks at, one in all for other kinds. A part that is gone from the report is not among them. <paramref name="isOpen"/>
    /// says of a part whether an alert stands there, for which the limits are wider.
    /// </summary>
    public static IEnumerable<Sighting> Of(AlertRule rule, DeviceFacts facts, DateTimeOffset now, Func<string, bool> isOpen) => rule.Kind switch
    {
        AlertKind.SupplyLow => facts.Report is null ? [] : facts.Report.Supplies.Where(s => Fits(rule, s)).DistinctBy(s => s.Index).Take(MostParts).Select(s => Supply(rule, facts, s, isOpen)),
        AlertKind.TrayEmpty => facts.Report is null ? [] : facts.Report.Trays.DistinctBy(t => t.Index).Take(MostParts).Select(t => Tray(facts.Report, t)),
        AlertKind.DeviceError => [Error(rule, facts)],
        AlertKind.DeviceOffline => [new Sighting("", facts.AwaySince is not null, facts.AwaySince, new AlertDetail { Reason = facts.AwayReason, Last = facts.ReadAt })],
        AlertKind.MeterMissing => [new Sighting("", facts.IsMetered && now - (facts.ReadAt ?? facts.KnownSince) >= rule.After, facts.ReadAt ?? facts.KnownSince, new AlertDetail { Last = facts.ReadAt })],
        _ => [],
    };

    /// <summary>True when a part that is not among the sightings is gone; false when nobody can say.</summary>
    public static bool IsGone(AlertKind kind, DeviceFacts facts) => kind is not (AlertKind.SupplyLow or AlertKind.TrayEmpty) || facts.Report is not null;

    /// <summary>What a rule for agents sees of one whose last news came then.</summary>
    public static Sighting OfAgent(AlertRule rule, DateTimeOffset lastNews, DateTimeOffset now) => new("", now - lastNews >= rule.After, lastNews, new AlertDetail { Last = lastNews });

    private static bool Fits(AlertRule rule, Supply supply) => !supply.Kind.StartsWith("waste", StringComparison.Ordinal)
        && (rule.Which.IsEmpty || rule.Which.Contains(supply.Kind) || (supply.Color is { } color && rule.Which.Contains(color)));

    private static Sighting Supply(AlertRule rule, DeviceFacts facts, Supply supply, Func<string, bool> isOpen)
    {
        var part = $"{SupplyTrend.SupplyKind}/{supply.Index}";
        var open = isOpen(part);
        var left = facts.Ends.GetValueOrDefault(supply.Index)?.DaysLeft(facts.Today);
        bool? holds = supply.Percent is null && left is null ? null
            : supply.Percent <= rule.Percent + (open ? LevelPlay : 0) || left <= rule.Days + (open ? DaysPlay : 0);
        var detail = new AlertDetail { Name = SupplyNames.Of(facts.Report, SupplyTrend.SupplyKind, supply.Index), Color = supply.Color, Percent = supply.Percent, DaysLeft = left };
        return new Sighting(part, holds, null, detail);
    }

    private static Sighting Tray(ProbeReport report, Tray tray)
    {
        bool? holds = tray.Level switch { 0 => true, > 0 => false, _ => tray.LevelKind == "someLeft" ? false : null };
        return new Sighting($"{SupplyTrend.TrayKind}/{tray.Index}", holds, null, new AlertDetail { Name = SupplyNames.Of(report, SupplyTrend.TrayKind, tray.Index) });
    }

    private static Sighting Error(AlertRule rule, DeviceFacts facts)
    {
        if (facts.Report is not { } report || facts.AwaySince is not null)
        {
            // Nobody knows what a device that does not answer would say.
            return new Sighting("", null, null, new AlertDetail());
        }

        var reason = rule.Which.IsEmpty ? DeviceTrouble.Of(report) : string.Join(' ', report.Status.Errors.Where(rule.Which.Contains)) is { Length: > 0 } errors ? errors : null;
        return new Sighting("", reason is not null, null, new AlertDetail { Reason = reason });
    }
}
