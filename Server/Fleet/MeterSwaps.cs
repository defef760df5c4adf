using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Fleet;

/// <summary>A figure at a swap: where it stood last, where it began, and the offset that follows.</summary>
internal sealed record SwappedFigure(string Counter, long Before, long After)
{
    /// <summary>What is added to the new meter so that it goes on where the old one stood.</summary>
    public long Offset => Before - After;
}

/// <summary>A place where the counters of a device began anew. <see cref="Reason"/> is the ledger's word for it; <see cref="Confirmed"/> tells that somebody entered its offset.</summary>
internal sealed record MeterSwap(long Epoch, DateTimeOffset At, string Reason, ImmutableArray<SwappedFigure> Figures, bool Confirmed);

/// <summary>Offsets as somebody enters them: for a swap that was seen (<see cref="Epoch"/>; without figures as the ledger reckons them), or for a time.</summary>
internal sealed record OffsetEntry(long? Epoch, DateTimeOffset? At, string? Reason, ImmutableDictionary<string, long> Figures);

/// <summary>What is known of a device's offsets: swaps that the ledger saw, the newest first, and all that was entered, the newest first, with whether it counts.</summary>
internal sealed record DeviceOffsets(IReadOnlyList<MeterSwap> Swaps, IReadOnlyList<(MeterOffsetRow Row, bool Counts)> Entered);

/// <summary>Swaps of boards as the ledger saw them, and the offsets that an administrator enters for them, or for those that it could not see.</summary>
internal sealed class MeterSwaps(IDatabase database, MeterSpans spans, MeterOffsets offsets, TimeProvider time)
{
    private const int Most = 20, LongestReason = 500;

    /// <summary>The largest offset of a figure: no engine lives so long.</summary>
    public const long Largest = 1_000_000_000_000;

    private const string OtherSet = "other base counters";

    /// <summary>What is known of a device.</summary>
    public Task<DeviceOffsets> OfAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            var rows = (await offsets.OfAsync(connection, [deviceId], ct))[deviceId].ToList();
            var counting = MeterOffsetRow.Counting(rows).ToHashSet();
            return new DeviceOffsets(Swaps(await spans.NewestAsync(connection, deviceId, Most + 1, ct), counting), [.. rows.OrderByDescending(r => r.Id).Select(r => (r, counting.Contains(r)))]);
        },
        cancellationToken);

    /// <summary>Enters offsets; null when they are kept, else why not.</summary>
    public async Task<string?> EnterAsync(long orgId, long deviceId, OffsetEntry entry, string actor, CancellationToken cancellationToken)
    {
        var reason = entry.Reason?.Trim() ?? "";
        if (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl))
        {
            return "a reason is needed, of at most 500 characters";
        }

        if (entry.Figures.Any(f => f.Value is < -Largest or > Largest || !BilledCounter.All.Any(c => c.Name == f.Key)))
        {
            return "an offset is a whole number of pages, scans or faxes";
        }

        if (entry.Epoch is not { } epoch)
        {
            return entry.At is not { } at || at > time.GetUtcNow() || at < DateTimeOffset.UnixEpoch ? "the time from which an offset holds is needed, and has passed"
                : entry.Figures.IsEmpty ? "at least one figure is needed" : await AddAsync([.. entry.Figures.Select(f => new NewMeterOffset(f.Key, null, at, f.Value, 0))]);
        }

        if ((await OfAsync(deviceId, cancellationToken)).Swaps.FirstOrDefault(s => s.Epoch == epoch) is not { } swap)
        {
            return "no such swap was seen at this device";
        }

        // A figure that the ledger could not reckon has nothing to be put in the place of.
        return await AddAsync(
            [
                .. swap.Figures.Where(f => entry.Figures.IsEmpty || entry.Figures.ContainsKey(f.Counter)).Select(f => new NewMeterOffset(f.Counter, epoch, swap.At, entry.Figures.GetValueOrDefault(f.Counter, f.Offset), f.Offset)),
                .. entry.Figures.Where(f => swap.Figures.All(s => s.Counter != f.Key)).Select(f => new NewMeterOffset(f.Key, epoch, swap.At, f.Value, 0)),
            ]);

        async Task<string?> AddAsync(ImmutableArray<NewMeterOffset> added)
        {
            if (added.IsEmpty)
            {
                return "at least one figure is needed";
            }

            await offsets.AddAsync(orgId, deviceId, added, reason, actor, cancellationToken);
            return null;
        }
    }

    private static List<MeterSwap> Swaps(List<MeterSpan> all, IReadOnlySet<MeterOffsetRow> entered)
    {
        var swaps = new List<MeterSwap>();
        for (var i = all.Count - 1; i > 0; i--)
        {
            var (before, after) = (all[i - 1], all[i]);
            ImmutableArray<SwappedFigure> figures =
                [.. BilledCounter.All.Where(c => c.Lost(before, after) is not null).Select(c => new SwappedFigure(c.Name, c.At(before, before.Last)!.Value, c.At(after, after.First)!.Value))];
            // Another profile counts the same pages under other names; that is no swap unless something was lost.
            if (after.Epoch.Reason != OtherSet || figures.Any(f => f.Counter == BilledCounter.Pages.Name && f.Offset != 0))
            {
                swaps.Add(new MeterSwap(after.Epoch.Epoch, after.First.At, after.Epoch.Reason, figures, entered.Any(e => e.Epoch == after.Epoch.Epoch)));
            }
        }

        return swaps;
    }
}
