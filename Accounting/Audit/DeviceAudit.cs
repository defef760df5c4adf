using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Accounting.Audit;

/// <summary>
/// Checks one device's ledger against its raw readings, from the rules of docs/architecture.md alone and with code that posting does not
/// use. Memory is bounded by the device's epochs and the entries of one interval, however long the streams are.
/// </summary>
public sealed class DeviceAudit
{
    private readonly long _deviceId;
    private readonly Findings _findings;
    private readonly Dictionary<int, EpochBalance> _balances = [];
    private readonly SeqTally _readings;
    private readonly SeqTally _entries;
    private readonly LagBook _lags;
    private readonly AuditPosition? _from;
    private AuditBorder? _border;
    private EntryRecord? _next;

    private DeviceAudit(long deviceId, string device, IReadOnlyList<EpochRecord> epochs, AuditPosition? from)
    {
        _deviceId = deviceId;
        _findings = new Findings(device);
        _from = from;
        _border = from?.Border;
        _readings = new SeqTally(from?.LastReading ?? 0);
        _entries = new SeqTally(from?.LastEntry ?? 0);
        _lags = new LagBook(from?.Lags ?? []);
        Device = device;
        foreach (EpochRecord epoch in epochs)
        {
            AuditBalance? balance = from?.Balances.FirstOrDefault(b => b.Epoch == epoch.Epoch);
            if (!_balances.TryAdd(epoch.Epoch, new EpochBalance(epoch, Fits(balance, epoch) ? balance : null)))
            {
                _findings.Add($"epoch {epoch.Epoch}", $"the epoch was opened twice");
            }
        }
    }

    private string Device { get; }

    /// <summary>
    /// Runs the check. <paramref name="epochs"/> are all of the device; <paramref name="readings"/> come in order of Seq; <paramref name="entries"/>
    /// in order of (Interval, Seq). With <paramref name="from"/> the readings are those after its LastReading, and the entries those after its
    /// LastEntry together with the older ones of the same intervals. All three must be of one snapshot. Throws only what the streams throw.
    /// </summary>
    public static async Task<AuditOutcome> RunAsync(
        long deviceId, string device, IReadOnlyList<EpochRecord> epochs, IAsyncEnumerable<ReadingRecord> readings,
        IAsyncEnumerable<EntryRecord> entries, AuditPosition? from, CancellationToken cancellationToken)
    {
        DeviceAudit audit = new(deviceId, device, epochs, from);
        IAsyncEnumerator<EntryRecord> ledger = entries.GetAsyncEnumerator(cancellationToken);
        await using (ledger.ConfigureAwait(false))
        {
            await audit.AdvanceAsync(ledger).ConfigureAwait(false);
            await audit.OlderIntervalsAsync(ledger).ConfigureAwait(false);
            await foreach (ReadingRecord reading in readings.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                await audit.ReadingAsync(reading, ledger).ConfigureAwait(false);
            }

            await audit.NoIntervalAsync(ledger, long.MaxValue).ConfigureAwait(false);
        }

        return audit.Close();
    }

    private static bool Fits(AuditBalance? balance, EpochRecord epoch) => balance?.First.Length == epoch.Set.Counters.Length;

    private async Task ReadingAsync(ReadingRecord reading, IAsyncEnumerator<EntryRecord> ledger)
    {
        long seen = _readings.Last;
        bool first = _readings.Count == 0 && _from is null;
        _readings.Add(reading.Seq);
        if (!first && reading.Seq <= seen)
        {
            _findings.Add($"epoch {reading.Epoch}, reading {reading.Seq}", $"it comes after reading {seen} with a number that is not higher");
            return;
        }

        if (reading.Seq > seen + 1)
        {
            _findings.Add($"epoch {reading.Epoch}, reading {reading.Seq}", $"it follows reading {seen}, so {reading.Seq - seen - 1} readings are missing");
        }

        if (reading.Status == ReadingStatus.Border)
        {
            await BorderAsync(reading, ledger).ConfigureAwait(false);
        }
    }

    private async Task BorderAsync(ReadingRecord border, IAsyncEnumerator<EntryRecord> ledger)
    {
        await NoIntervalAsync(ledger, border.Seq).ConfigureAwait(false);
        List<EntryRecord> posted = [];
        while (_next?.Interval == border.Seq)
        {
            posted.Add(_next);
            await AdvanceAsync(ledger).ConfigureAwait(false);
        }

        if (!_balances.TryGetValue(border.Epoch, out EpochBalance? balance))
        {
            _findings.Add($"epoch {border.Epoch}, reading {border.Seq}", $"the border belongs to an epoch that was never opened");
            return;
        }

        InOrder(border);
        bool opening = !balance.Begun;
        long[] moved = balance.Take(border, _findings);
        IntervalCheck.Entries(balance.Record, posted, _findings);
        if (opening)
        {
            IntervalCheck.Opening(balance, border.Seq, posted, _findings);
        }
        else
        {
            IntervalCheck.Amounts(balance, moved, border.Seq, posted, _findings);
        }

        Lags(posted, border.At);
        _border = new AuditBorder(border.Seq, border.Epoch, border.At, border.Boot, border.UpTime);
    }

    /// <summary>Borders go forward in epoch and time, and inside an epoch in boot and, within a boot, uptime.</summary>
    private void InOrder(ReadingRecord border)
    {
        if (_border is not AuditBorder last)
        {
            return;
        }

        FormattableString place = $"epoch {border.Epoch}, interval {border.Seq}";
        if (border.Epoch < last.Epoch)
        {
            _findings.Add(place, $"the border goes back from epoch {last.Epoch} to epoch {border.Epoch}");
        }

        if (border.At < last.At)
        {
            _findings.Add(place, $"the border was read at {border.At:O}, before its predecessor {last.Seq} at {last.At:O}");
        }

        if (border.Epoch != last.Epoch)
        {
            return;
        }

        if (border.Boot < last.Boot)
        {
            _findings.Add(place, $"the border is of boot {border.Boot} but its predecessor {last.Seq} of boot {last.Boot}");
        }
        else if (border.Boot == last.Boot && border.UpTime < last.UpTime && !UpTimeWrapped(last, border))
        {
            _findings.Add(place, $"the uptime of the border is {border.UpTime} but that of its predecessor {last.Seq} is {last.UpTime}");
        }
    }

    /// <summary>sysUpTime is a 32-bit count of hundredths (RFC 3418): it starts again after 497 days, which must then be near.</summary>
    private static bool UpTimeWrapped(AuditBorder last, ReadingRecord border)
    {
        long ticks = (1L << 32) - last.UpTime!.Value + border.UpTime!.Value;
        double elapsed = (border.At - last.At).TotalSeconds * 100;
        return Math.Abs(ticks - elapsed) <= Math.Max(60_000, elapsed / 10);
    }

    private void Lags(IEnumerable<EntryRecord> posted, DateTimeOffset at)
    {
        List<EntryRecord> lags = [.. posted.Where(e => e.Cause == Cause.MeterLag)];
        HashSet<long> gone = [.. lags.Where(e => e.Reverses is not null).Select(e => e.Reverses!.Value)];
        // What an interval gives back was owed before it, whatever a receipt of its own owes anew: taken as one sum the old debt would look older than a day in the end.
        foreach (IGrouping<(int Epoch, int Counter, bool Owed), EntryRecord> g in lags
            .Where(e => e.Reverses is null && !gone.Contains(e.Seq)).GroupBy(e => (e.Epoch, e.Counter, Owed: e.Delta < 0)).OrderBy(g => g.Key.Owed))
        {
            _lags.Add(new AuditLag(g.Key.Epoch, g.Key.Counter, at, g.First().Interval, g.Sum(e => e.Delta)));
        }

        _lags.Expire(at, _findings, NameOf);
    }

    /// <summary>Intervals that an earlier run found full: what came to them since must come to nothing (a reversal and what replaces it).</summary>
    private async Task OlderIntervalsAsync(IAsyncEnumerator<EntryRecord> ledger)
    {
        while (_from is not null && _next is not null && _next.Interval <= _from.LastReading)
        {
            List<EntryRecord> posted = [];
            long interval = _next.Interval;
            while (_next?.Interval == interval)
            {
                posted.Add(_next);
                await AdvanceAsync(ledger).ConfigureAwait(false);
            }

            foreach (IGrouping<int, EntryRecord> epoch in posted.GroupBy(e => e.Epoch))
            {
                OlderInterval(interval, epoch.Key, [.. epoch]);
            }
        }
    }

    private void OlderInterval(long interval, int epoch, List<EntryRecord> posted)
    {
        if (!_balances.TryGetValue(epoch, out EpochBalance? balance))
        {
            _findings.Add($"epoch {epoch}, interval {interval}", $"{posted.Count} entries belong to an epoch that was never opened");
            return;
        }

        IntervalCheck.Entries(balance.Record, posted, _findings);
        foreach (IGrouping<int, EntryRecord> counter in posted.Where(e => e.Seq > _from!.LastEntry).GroupBy(e => e.Counter))
        {
            long sum = counter.Sum(e => e.Delta);
            if (sum != 0)
            {
                _findings.Add($"epoch {epoch}, counter {NameOf(epoch, counter.Key)}, interval {interval}",
                    $"the meter moved by 0 more but later entries sum to {sum}");
            }
        }

        foreach (IGrouping<int, EntryRecord> counter in posted
            .Where(e => e.Cause == Cause.MeterLag && e.Seq > _from!.LastEntry).GroupBy(e => e.Counter))
        {
            long sum = counter.Sum(e => e.Delta);
            if (sum != 0)
            {
                _lags.Add(new AuditLag(epoch, counter.Key, _border?.At ?? DateTimeOffset.UnixEpoch, interval, sum));
            }
        }
    }

    private async Task NoIntervalAsync(IAsyncEnumerator<EntryRecord> ledger, long before)
    {
        while (_next is EntryRecord e && e.Interval < before)
        {
            _findings.Add($"epoch {e.Epoch}, counter {NameOf(e.Epoch, e.Counter)}, interval {e.Interval}",
                $"entry {e.Seq} of {e.Delta} names an interval that no border ends");
            if (_balances.TryGetValue(e.Epoch, out EpochBalance? balance) && e.Counter >= 0 && e.Counter < balance.Record.Set.Counters.Length)
            {
                balance.Post(e.Counter, e.Delta);
            }

            await AdvanceAsync(ledger).ConfigureAwait(false);
        }
    }

    private async Task AdvanceAsync(IAsyncEnumerator<EntryRecord> ledger)
    {
        _next = await ledger.MoveNextAsync().ConfigureAwait(false) ? ledger.Current : null;
        if (_next is not null && _next.Seq > (_from?.LastEntry ?? long.MinValue))
        {
            _entries.Add(_next.Seq);
        }
    }

    private string NameOf(int epoch, int counter) =>
        _balances.TryGetValue(epoch, out EpochBalance? b) && counter >= 0 && counter < b.Record.Set.Counters.Length
            ? CounterNames.Of(b.Record.Set.Counters[counter])
            : FormattableString.Invariant($"number {counter}");

    private AuditOutcome Close()
    {
        _entries.Report(_findings, "entries");
        EpochBalance[] inOrder = [.. _balances.Values.OrderBy(b => b.Record.Epoch)];
        foreach (EpochBalance balance in inOrder)
        {
            balance.Report(_findings);
        }

        DeviceVerdict verdict = new(Device, [.. inOrder.Select(b => b.ToVerdict())], _findings.ToSentences());
        AuditPosition? position = _findings.Any ? null : new AuditPosition
        {
            DeviceId = _deviceId, LastReading = _readings.Last, LastEntry = _entries.Last, Border = _border,
            Balances = [.. inOrder.Where(b => b.Begun).Select(b => b.ToBalance())], Lags = _lags.ToOpen(),
        };
        return new AuditOutcome(verdict, position);
    }
}
