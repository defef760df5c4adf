using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Reads what a profile needs of a device and makes the binding.</summary>
internal static class ProfileBinder
{
    /// <summary>Area in mm² above which paper is large.</summary>
    public const double DefaultLargeArea = 80_000;

    private static readonly SweepColumn[] Standard =
    [
        new(StandardMib.MarkerUnit, 1, 1), new(StandardMib.MarkerLifeCount, 1), new(StandardMib.MarkerPowerOnCount, 1), new(StandardMib.PathSpeedUnit, 1, 1), new(StandardMib.PathSpeed, 1),
    ];

    /// <summary>Columns from which the counters of a profile are resolved. Of a maker's table only a few rows are asked for at first, since many devices do not have it.</summary>
    public static IEnumerable<SweepColumn> Columns(MeterProfile profile, bool hasPrinterMib) =>
        [.. hasPrinterMib ? Standard : [], .. profile.Walk.Select(w => new SweepColumn(w, 6) { MaxRows = 4096 })];

    /// <summary>Single objects from which they are resolved.</summary>
    public static IEnumerable<ObjectIdentifier> Objects(MeterProfile profile) =>
        profile.Counters.SelectMany(c => c.Sum.Concat(c.FirstOf)).Select(t => t.Oid).Where(o => !profile.Walk.Any(o.StartsWith)).Distinct();

    /// <summary>Reads the tables and single objects of a surveyed device's profile, what identifies the device, and the standard life count.</summary>
    public static async Task FetchAsync(MibView view, DeviceSurvey survey, CancellationToken cancellationToken)
    {
        if (survey.Profile is { } profile)
        {
            await view.SweepAsync([PwgCounters.KeyTable], [.. Columns(profile, survey.HasPrinterMib)], cancellationToken);
            await view.GetAsync(survey.IdentityObjects.Concat(Objects(profile)), cancellationToken);
            await FetchStandardCountersAsync(view, cancellationToken);
        }
    }

    /// <summary>Reads the counters of the Imaging System Counter MIB when what follows its key table shows that the device has it.</summary>
    public static Task FetchStandardCountersAsync(MibView view, CancellationToken cancellationToken) =>
        view.Rows(PwgCounters.KeyTable).Length == 0 ? Task.CompletedTask : view.SweepAsync([], [.. PwgCounters.Columns], cancellationToken);

    /// <summary>Forms the binding from what was read, with a plan that others may use already; nothing is asked of the device.</summary>
    public static BoundProfile Bind(MibView view, MeterProfile profile, uint device, double largeArea, ReadingPlans plans)
    {
        var chosen = Choose(view, profile, device, largeArea);
        var set = SetOf(profile, chosen);
        var objects = new PlannedObjects(
            view[StandardMib.SysUpTime] is SnmpValue.TimeTicks,
            Existing(view, StandardMib.HrPrinterStatus.Append(device)),
            Existing(view, StandardMib.HrDeviceStatus.Append(device)),
            new[] { StandardMib.SerialNumber.Append(device) }.Concat(profile.Identity.Serial)
                .Where(o => DeviceText.Read(view[o]) is not null).Select(o => (ObjectIdentifier?)o).FirstOrDefault(),
            PagesPerMinute(view));
        return new BoundProfile(
            plans.Share(set, [.. chosen.Select(c => c.Counter.Terms)], objects),
            chosen.SelectMany(c => c.Counter.Terms).Select(t => t.ValueOf(view[t.Oid])!.Value));
    }

    /// <summary>The base counters that a binding would have, from what was read.</summary>
    public static BaseCounterSet SetOf(MibView view, MeterProfile profile, uint device, double largeArea) => SetOf(profile, Choose(view, profile, device, largeArea));

    private static ImmutableArray<(CounterRole Role, ResolvedCounter Counter)> Choose(MibView view, MeterProfile profile, uint device, double largeArea) =>
        BaseSetChooser.Choose(profile, CounterSelection.Choose(profile, new CounterResolver(view, profile, device, largeArea).Resolve()).Usable);

    private static BaseCounterSet SetOf(MeterProfile profile, ImmutableArray<(CounterRole Role, ResolvedCounter Counter)> chosen) => new()
    {
        Profile = profile.Name,
        ProfileVersion = profile.Version,
        Counters =
        [
            .. chosen.Select((c, i) => new BaseCounter
            {
                Index = i, Key = c.Counter.Key, Role = c.Role, Modulus = c.Counter.Modulus, Oids = [.. c.Counter.Terms.Select(t => t.ToString())],
            }),
        ],
    };

    private static ObjectIdentifier? Existing(MibView view, ObjectIdentifier oid) => view[oid] is null ? null : oid;

    /// <summary>The fastest media path that tells its speed in impressions or sheets an hour.</summary>
    private static int? PagesPerMinute(MibView view)
    {
        long fastest = 0;
        foreach (var row in view.Rows(StandardMib.PathSpeed))
        {
            if (view[StandardMib.PathSpeedUnit.Append(row.Oid.After(StandardMib.PathSpeed))]?.AsInteger is 7 or 8)
            {
                fastest = Math.Max(fastest, row.Value.AsInteger ?? 0);
            }
        }

        // Nonsense bounds nothing: the fastest cut-sheet engines make some hundred pages a minute.
        return fastest / 60 is > 0 and <= 1000 and var pages ? (int)pages : null;
    }
}
