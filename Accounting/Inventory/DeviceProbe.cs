using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
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

/// <summary>Reads a device once, live or recorded: identity, counters, supplies, trays, alerts, status.</summary>
public sealed class DeviceProbe(ISnmpClient client, ProfileLibrary library)
{
    private const int MaxRows = 2048;

    /// <summary>Paper whose area in mm² is over this is large: A3, 11x17 and both B4 are, legal (76,800) is not.</summary>
    public double LargeArea { get; init; } = ProfileBinder.DefaultLargeArea;

    /// <summary>Looks. <paramref name="profile"/> names a profile to use instead of the one that fits (null = that); an unknown name throws <see cref="ArgumentException"/>. <paramref name="now"/> turns the device's uptime into times of alerts; null for a recorded device.</summary>
    public async Task<ProbeOutcome> RunAsync(SnmpTarget target, string? profile, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var named = string.IsNullOrEmpty(profile) ? null : library.Find(profile) ?? throw new ArgumentException($"there is no profile '{profile}'", nameof(profile));
        var view = new MibView(client, target);
        var survey = new DeviceSurvey(view, library);
        await survey.RunAsync(named, cancellationToken);
        var identity = await survey.IdentifyAsync(cancellationToken);
        var counters = ImmutableArray<ProbeCounter>.Empty;
        if (survey.Profile is { } used)
        {
            await ProfileBinder.FetchAsync(view, used, cancellationToken);
            await view.WalkAsync(StandardMib.CharacterSet, MaxRows, cancellationToken);
            foreach (var subtree in (ObjectIdentifier[])[StandardMib.HrPrinterErrors, StandardMib.Input, StandardMib.Supplies, StandardMib.Colorant, StandardMib.Alerts])
            {
                await view.WalkAsync(subtree, MaxRows, cancellationToken);
            }

            counters = Counters(new CounterResolver(view, used, survey.Device, LargeArea).Resolve());
        }

        if ((view.Silence ?? view.Refusal) is { } reason)
        {
            return new ProbeOutcome.Unreachable(reason);
        }

        var tables = new PrinterTables(view);
        var traffic = view.Traffic;
        return new ProbeOutcome.Seen(new ProbeReport
        {
            Error = survey.IsPrinter ? null : "notAPrinter",
            Identity = identity,
            Profile = survey.Profile?.Name,
            Status = tables.Status(survey.Device),
            Counters = counters,
            Supplies = survey.IsPrinter ? tables.Supplies() : [],
            Trays = survey.IsPrinter ? tables.Trays() : [],
            Alerts = survey.IsPrinter ? tables.Alerts(now) : [],
            Warnings = [.. view.Warnings],
            Traffic = new ProbeTraffic(traffic.Requests, traffic.BytesSent, traffic.BytesReceived),
        });
    }

    private static ImmutableArray<ProbeCounter> Counters(ImmutableArray<ResolvedCounter> found) =>
    [
        // A sum over rows of unknown size is no counter that anybody can read: it is not "any size".
        .. found.Where(c => !(c.Rule.BySize.Length > 0 && c.Key.Size == PageSize.Any)).DistinctBy(c => c.Key).Select(c =>
        {
            var oids = c.Terms.Select(t => t.ToString()).ToList();
            return new ProbeCounter(c.Key.Function, c.Key.Color, c.Key.Size, c.Key.Sides, c.Key.Unit, c.Value, oids is [var only] ? only : null)
            {
                DerivedFrom = oids.Count == 1 ? null : oids,
            };
        }),
    ];
}
