using System.Collections.Immutable;
using System.Text;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Inventory;

/// <summary>What came of a look at a device. A closed set.</summary>
public abstract record ProbeOutcome
{
    private ProbeOutcome()
    {
    }

    /// <summary>The device answered; <see cref="ProbeReport.Error"/> says when it is no printer.</summary>
    public sealed record Seen(ProbeReport Report) : ProbeOutcome;

    /// <summary>The device does not answer, or refuses.</summary>
    public sealed record Unreachable(string Reason) : ProbeOutcome;
}

/// <summary>Reads a device once, live or recorded: identity, status, counters, supplies, trays, covers, outputs, alerts, panel text.</summary>
public sealed class DeviceProbe(ISnmpClient client, ProfileLibrary library)
{
    /// <summary>Paper whose area in mm² is over this is large: A3, 11x17 and both B4 are, legal (76,800) is not.</summary>
    public double LargeArea { get; init; } = ProfileBinder.DefaultLargeArea;

    /// <summary>Looks. <paramref name="profile"/> names a profile to use instead of the one that fits (null = that); an unknown name throws <see cref="ArgumentException"/>. <paramref name="now"/> turns the device's uptime into times of alerts; null for a recorded device.</summary>
    public async Task<ProbeOutcome> RunAsync(SnmpTarget target, string? profile, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var named = string.IsNullOrEmpty(profile) ? null : library.Find(profile) ?? throw new ArgumentException($"there is no profile '{profile}'", nameof(profile));
        var view = new MibView(client, target);
        var survey = new DeviceSurvey(view, library);
        await survey.RunAsync(named, cancellationToken);
        if (survey.Profile is { } found)
        {
            await FetchAsync(view, survey, found, cancellationToken);
        }

        var traffic = view.Traffic;
        var supplies = ImmutableArray<Supply>.Empty;
        if (survey.Profile is { } used && (view.Silence ?? view.Refusal) is null)
        {
            (supplies, var more) = await SuppliesAsync(target, view, survey, used, cancellationToken);
            traffic += more;
        }

        return (view.Silence ?? view.Refusal) is { } reason
            ? new ProbeOutcome.Unreachable(reason)
            : new ProbeOutcome.Seen(Report(view, survey, supplies, now) with { Traffic = new ProbeTraffic(traffic.Requests, traffic.BytesSent, traffic.BytesReceived) });
    }

    private static async Task FetchAsync(MibView view, DeviceSurvey survey, MeterProfile profile, CancellationToken cancellationToken)
    {
        await view.SweepAsync(
            [PwgCounters.KeyTable], [.. survey.HasPrinterMib ? InventoryColumns.First : [], .. ProfileBinder.Columns(profile, survey.HasPrinterMib)], cancellationToken);
        await view.GetAsync(
            [.. survey.IdentityObjects, .. ProfileBinder.Objects(profile), .. profile.Console, .. profile.SupplyRecords.Select(r => r.Object)], cancellationToken);
        await view.SweepAsync([], [.. InventoryColumns.Others(view)], cancellationToken);
        await ProfileBinder.FetchStandardCountersAsync(view, cancellationToken);
    }

    /// <summary>The supplies: of the standard table, else of the maker's records, else of another SNMP context.</summary>
    private async Task<(ImmutableArray<Supply> Supplies, SnmpTraffic More)> SuppliesAsync(
        SnmpTarget target, MibView view, DeviceSurvey survey, MeterProfile profile, CancellationToken cancellationToken)
    {
        var supplies = new PrinterTables(view).Supplies();
        if (supplies.IsEmpty)
        {
            var printsWithInk = survey.Identify().Model?.Contains("-J", StringComparison.Ordinal) == true;
            supplies = RecordSupplies.Read(view, profile, survey.Device, printsWithInk);
        }

        var traffic = default(SnmpTraffic);
        foreach (var context in survey.HasPrinterMib ? profile.Contexts : [])
        {
            if (supplies.IsEmpty)
            {
                // Version 3 names the context; the others have it behind the community, as agents and their proxies do (RFC 2576 §5.2 leaves it to them).
                var other = new MibView(client, (target.Version == SnmpVersion.V3
                    ? target with { Context = context }
                    : target with { Community = (byte[])[.. target.Community.Span, (byte)'@', .. Encoding.UTF8.GetBytes(context)] }) with { Retries = 0 });
                await other.SweepAsync([], [.. InventoryColumns.First.Take(1)], cancellationToken);
                await other.SweepAsync([], [.. InventoryColumns.Others(other)], cancellationToken);
                supplies = new PrinterTables(other).Supplies();
                traffic += other.Traffic;
            }
        }

        return (supplies, traffic);
    }

    private ProbeReport Report(MibView view, DeviceSurvey survey, ImmutableArray<Supply> supplies, DateTimeOffset? now)
    {
        var tables = new PrinterTables(view);
        var report = new ProbeReport
        {
            Error = survey.IsPrinter ? null : "notAPrinter",
            Identity = survey.Identify(),
            Profile = survey.Profile?.Name,
            Status = tables.Status(survey.Device),
            Warnings = [.. view.Warnings],
        };
        if (survey.Profile is not { } profile)
        {
            return report;
        }

        var parts = new PrinterParts(view);
        var (usable, unused) = CounterSelection.Choose(profile, Resolve(view, profile, survey.Device));
        var shown = usable.Where(c => !ProbeCounters.IsPartial(c)).DistinctBy(c => c.Key).ToImmutableArray();
        return report with
        {
            Counters = ProbeCounters.Shown(shown, DerivedCounters.From(profile, shown)),
            OtherCounters = ProbeCounters.Others(unused, [.. usable.Except(shown)], view),
            Supplies = supplies,
            Trays = tables.Trays(),
            Alerts = tables.Alerts(now),
            Covers = parts.Covers(),
            Outputs = parts.Outputs(),
            Colorants = parts.Colorants(),
            Console = parts.Console(profile.Console),
            Splits = [.. Splits.Of(ProfileBinder.SetOf(view, profile, survey.Device, LargeArea)).Select(s => new ProbeSplit(s.Function, s.Pages, s.Color, s.Size, s.Sides))],
        };
    }

    /// <summary>The profile's counters, and behind them those of the standard MIBs, which say nothing about the maker's.</summary>
    private ImmutableArray<ResolvedCounter> Resolve(MibView view, MeterProfile profile, uint device)
    {
        var own = new CounterResolver(view, profile, device, LargeArea).Resolve();
        return profile == library.Standard ? own
            : own.AddRange(new CounterResolver(view, library.Standard, device, LargeArea).Resolve().Where(c => c.Rule.Pwg is not null));
    }
}
