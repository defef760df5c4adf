using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>What a period says of one device, as far as roll-ups and sessions tell.</summary>
internal sealed record DeviceFacts
{
    /// <summary>The device.</summary>
    public required long Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Pages that belong to someone.</summary>
    public long Attributed { get; init; }

    /// <summary>Pages, and how many times it happened, by cause.</summary>
    public ImmutableDictionary<Cause, (long Pages, long Times)> Explained { get; init; } = ImmutableDictionary<Cause, (long, long)>.Empty;

    /// <summary>Settled sessions.</summary>
    public long Sessions { get; init; }

    /// <summary>Of them, those with pages that are inferred or estimated.</summary>
    public long InferredSessions { get; init; }

    /// <summary>False when it has counters of functions; true when it counts nothing but a total; null when nobody has looked.</summary>
    public bool? OnlyTotal { get; init; }

    /// <summary>False where no terminal locks its panel.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>Since when it does not answer; null while it does.</summary>
    public DateTimeOffset? UnreachableSince { get; init; }

    /// <summary>All pages.</summary>
    public long Pages => Attributed + Explained.Values.Sum(e => e.Pages);

    /// <summary>Pages made at the panel, or possibly there, that nobody answers for: prints, faxes and the device's own pages are no loss.</summary>
    public long Lost => Explained.Where(e => DeviceCare.IsLoss(e.Key)).Sum(e => Math.Max(0, e.Value.Pages));

    /// <summary>Share of sessions without a doubt, in per cent; null without sessions.</summary>
    public decimal? AccuracyPercent => Sessions == 0 ? null : Math.Round(100m * (Sessions - InferredSessions) / Sessions, 2);
}

/// <summary>One thing to do about a device: <see cref="Code"/> for machines, <see cref="Said"/> for people, translated by its format.</summary>
internal sealed record CareAdvice(string Code, FormattableString Said)
{
    /// <summary>The text in English.</summary>
    public string Text => Said.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Which devices lose most, and what to do about each. Pure.</summary>
internal static class DeviceCare
{
    private const int LittleAccuracy = 95;

    /// <summary>True for a cause that hides who copied.</summary>
    public static bool IsLoss(Cause cause) => cause is not (Cause.None or Cause.DirectPrint or Cause.FaxReceived or Cause.ServicePages or Cause.MeterLag);

    /// <summary>The devices with the most lost pages first, then those with the most sessions in doubt; devices without a fault are left out.</summary>
    public static IEnumerable<DeviceFacts> Worst(IEnumerable<DeviceFacts> devices) => devices
        .Where(d => d.Lost > 0 || d.UnreachableSince is not null || d.AccuracyPercent < LittleAccuracy || (!d.HasTerminal && d.Pages > 0))
        .OrderByDescending(d => d.Lost).ThenByDescending(d => d.InferredSessions).ThenByDescending(d => d.UnreachableSince is not null).ThenBy(d => d.Name, StringComparer.Ordinal);

    /// <summary>What to do, the most useful first; empty for a device without a fault.</summary>
    public static ImmutableArray<CareAdvice> For(DeviceFacts device)
    {
        var advice = ImmutableArray.CreateBuilder<CareAdvice>();
        if (device.UnreachableSince is { } since)
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"{since:yyyy-MM-dd HH:mm} UTC");
            advice.Add(new("unreachable", $"It has not answered since {at}: check that it is on, its address, and SNMP; 'device probe' tells more."));
        }

        if (device.OnlyTotal == true)
        {
            advice.Add(new("onlyTotal", $"It tells only a total, so that a copy can't be told from a print: switch on its maker's counters for SNMP (see docs/meters.md), or let it report its jobs itself."));
        }

        if (!device.HasTerminal && device.Pages > 0)
        {
            advice.Add(new("noTerminal", $"No terminal locks it, so that anyone copies unseen: enrol one with 'terminal enrol-code'."));
        }

        foreach (var (cause, (pages, times)) in device.Explained.Where(e => IsLoss(e.Key) && e.Value.Pages > 0).OrderByDescending(e => e.Value.Pages))
        {
            if (Text(cause, pages, times) is { } text)
            {
                advice.Add(new(Words.Of(cause)!, text));
            }
        }

        if (device.AccuracyPercent < LittleAccuracy)
        {
            advice.Add(new("inferred", $"{device.InferredSessions} of {device.Sessions} sessions are not sure: people follow each other faster than its counters. Raise Sessions:HandoverSeconds, or look at its network."));
        }

        return advice.ToImmutable();
    }

    private static FormattableString? Text(Cause cause, long pages, long times) => cause switch
    {
        Cause.PanelBypass => $"The panel was bypassed {times} times ({pages} pages): check the cable, and that the device's own lock can't be switched off at its panel.",
        Cause.ServerDown => $"{pages} pages were made while no server read it: look into the server's log for the times, and run a second node.",
        Cause.DeviceUnreachable => $"{pages} pages were made while it did not answer: check its network and its energy saving (SNMP must stay on in sleep).",
        Cause.MeterReset => $"Its counters fell {times} times ({pages} pages): ask the technician what was reset.",
        Cause.DeviceReplaced => $"Another device stood at its address ({pages} pages): give the new one a name of its own.",
        Cause.Quarantined => $"{pages} pages came faster than its engine can print: check that only one device has this address.",
        Cause.TerminalOffline => $"{pages} pages wait for the upload of a terminal that is away: bring it back to the network.",
        Cause.ReceiptExceedsMeter => $"It reported {pages} pages that its meter never showed: compare its job log with its counters.",
        Cause.NotLicensed => $"{pages} pages were made without a licence for copy tracking: install one ('copytrack licence show' tells what is wrong).",
        Cause.UnknownFunction => $"{pages} pages can't be told apart by function.",
        Cause.Unsplittable => $"{pages} pages moved a counter that several functions share.",
        _ => null,
    };
}
