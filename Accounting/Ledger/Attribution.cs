using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>Who made the pages of one interval, as far as the meter and the session tell.</summary>
public abstract record IntervalOwner
{
    private IntervalOwner() { }

    /// <summary>
    /// A session was open or settling for the whole interval; <see cref="Estimated"/>: how much it made is not what the meters show but what
    /// stands on them since they fell.
    /// </summary>
    public sealed record Session(bool Inferred, bool Estimated = false) : IntervalOwner;

    /// <summary>No session; <see cref="AtPanel"/> is the cause for what can only be made at the panel.</summary>
    public sealed record NoOne(Cause AtPanel) : IntervalOwner;

    /// <summary>The whole interval has one cause, whatever moved (meterReset, quarantined).</summary>
    public sealed record Whole(Cause Cause, Confidence Confidence) : IntervalOwner;
}

/// <summary>The share of one counter: to the session, or to no one with a cause.</summary>
public readonly record struct Share(bool ToSession, Cause Cause, Confidence Confidence);

/// <summary>Attribution rules of the page ledger: copy counters decide about copies, so a print job in the middle of a copy session is not the person's.</summary>
public static class Attribution
{
    /// <summary>
    /// The share of <paramref name="counter"/> in an interval owned by <paramref name="owner"/>. <paramref name="moved"/> are all counters that
    /// moved in it: a facet over all functions goes where its pages went, or to no one when they went to several.
    /// </summary>
    public static Share Of(BaseCounterSet set, BaseCounter counter, IReadOnlyCollection<BaseCounter> moved, IntervalOwner owner)
    {
        if (owner is IntervalOwner.Whole whole)
        {
            return new Share(false, whole.Cause, whole.Confidence);
        }

        if (counter.Role != CounterRole.Facet || counter.Key.Function != PageFunction.Total)
        {
            return ByFunction(set, counter, owner);
        }

        Share? common = null;
        foreach (var part in moved)
        {
            if (!Remainder.IsPagePart(part))
            {
                continue;
            }

            var share = ByFunction(set, part, owner);
            if (common is { } c && (c.ToSession != share.ToSession || c.Cause != share.Cause))
            {
                return new Share(false, Cause.Unsplittable, Confidence.Exact);
            }

            common = share;
        }

        // The facet moved without its pages: its counter follows later than theirs.
        return common ?? (owner is IntervalOwner.Session ? new Share(true, Cause.None, Confidence.Inferred) : new Share(false, Cause.Unsplittable, Confidence.Exact));
    }

    /// <summary>
    /// The share while copy tracking is not licensed: what <see cref="Of"/> would give somebody, or would blame on the panel, is notLicensed and no one's. Scans and
    /// faxes sent are no part of the feature and stay with their session; prints and the device's own pages keep their cause.
    /// </summary>
    public static Share Unlicensed(BaseCounterSet set, BaseCounter counter, IReadOnlyCollection<BaseCounter> moved, IntervalOwner owner)
    {
        var share = Of(set, counter, moved, owner);
        var isPaper = counter.Key.Unit != CounterUnit.Scans;
        return isPaper && (share.ToSession || share.Cause is Cause.PanelBypass or Cause.TerminalOffline or Cause.ServerDown or Cause.DeviceUnreachable)
            ? new Share(false, Cause.NotLicensed, Confidence.Exact)
            : share;
    }

    private static Share ByFunction(BaseCounterSet set, BaseCounter counter, IntervalOwner owner)
    {
        var atPanel = counter.Key.Function is PageFunction.Copy or PageFunction.Scan
            || counter.Key is { Function: PageFunction.Fax, Unit: CounterUnit.Scans };
        if (atPanel)
        {
            return owner switch
            {
                IntervalOwner.Session s => new Share(true, Cause.None, s.Estimated ? Confidence.Estimated : s.Inferred ? Confidence.Inferred : Confidence.Exact),
                IntervalOwner.NoOne n => new Share(false, n.AtPanel, Confidence.Exact),
                IntervalOwner.Whole w => new Share(false, w.Cause, w.Confidence),
                _ => throw new ArgumentOutOfRangeException(nameof(owner)),
            };
        }

        return counter.Key.Function switch
        {
            PageFunction.Print => new Share(false, Cause.DirectPrint, Confidence.Exact),
            PageFunction.Fax => new Share(false, Cause.FaxReceived, Confidence.Exact),
            // Beside a print counter the rest are the device's own pages; without one (HP), the rest are the prints.
            PageFunction.Other => new Share(false, CountsPrints(set) ? Cause.ServicePages : Cause.DirectPrint, Confidence.Exact),
            // Only a total: everything in the session is taken for the person's.
            _ => OnlyTotal(set, owner),
        };
    }

    private static Share OnlyTotal(BaseCounterSet set, IntervalOwner owner) => owner switch
    {
        IntervalOwner.Session s when !HasNamedParts(set) => new Share(true, Cause.None, s.Estimated ? Confidence.Estimated : Confidence.Inferred),
        IntervalOwner.NoOne { AtPanel: Cause.ServerDown or Cause.DeviceUnreachable } n when !HasNamedParts(set) => new Share(false, n.AtPanel, Confidence.Exact),
        _ => new Share(false, Cause.UnknownFunction, Confidence.Exact),
    };

    private static bool CountsPrints(BaseCounterSet set) => set.Counters.Any(c => Remainder.IsPagePart(c) && c.Key.Function == PageFunction.Print);

    private static bool HasNamedParts(BaseCounterSet set) => set.Counters.Any(c => Remainder.IsPagePart(c) && c.Key.Function is not PageFunction.Total);
}
