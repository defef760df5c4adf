namespace CopyTrack.Accounting.Receipts;

/// <summary>
/// What a receipt was ahead of the meter (docs/receipts.md): the entry <see cref="EntrySeq"/> of minus <see cref="Amount"/> under cause meterLag in
/// interval <see cref="Interval"/> (its border read at <see cref="At"/>), of which the meter still owes <see cref="Open"/>. <see cref="From"/> is the value
/// at which the entry's projection began.
/// </summary>
public sealed record OpenLag(int Epoch, int Counter, long Interval, DateTimeOffset At, long EntrySeq, long From, long Amount, long Open, string Evidence);

/// <summary>Pages at a panel that nobody has claimed yet on a device that reports its own jobs: an alarm only when no receipt comes for them.</summary>
public sealed record UnclaimedCopies(long Pages, DateTimeOffset Since);
