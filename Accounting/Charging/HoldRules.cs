namespace CopyTrack.Accounting.Charging;

/// <summary>
/// What a session or job may spend. <see cref="Ceiling"/>: the sum of its own spending up to which all hard limits have set money aside, null when none applies; it is not above what
/// it has spent already when nothing is left. <see cref="Left"/>: what the tightest limit had left before, what others hold taken off.
/// </summary>
public readonly record struct Hold(long? Ceiling, long? Left, bool IsWarning)
{
    /// <summary>No limit applies.</summary>
    public static Hold Unlimited { get; }

    /// <summary>False when nothing could be set aside.</summary>
    public bool IsGood => Left is not <= 0;
}

/// <summary>
/// Decides how much of its limits a session or job sets aside, so that what all of them may spend together is never above what is left. The caller keeps the answer under the
/// limits' row locks.
/// </summary>
public static class HoldRules
{
    private const int SmallRest = 10;

    /// <summary>
    /// A step for a session that has spent <paramref name="spent"/> so far: at most <paramref name="step"/>, and at most half of what is left, so that the next device finds some
    /// too; a small rest is given whole. <paramref name="limits"/> carry what others hold, not what this session holds itself. A session calls again as it spends.
    /// </summary>
    public static Hold Step(IEnumerable<QuotaUse> limits, long spent, long step) => Take(limits, spent, left => left <= step / SmallRest ? left : Math.Min(step, (left + 1) / 2));

    /// <summary>All that a job needs: <paramref name="needed"/>, or what is left when that is less.</summary>
    public static Hold Job(IEnumerable<QuotaUse> limits, long spent, long needed) => Take(limits, spent, left => Math.Min(left, needed));

    private static Hold Take(IEnumerable<QuotaUse> limits, long spent, Func<long, long> share)
    {
        var credit = CreditRules.Of([.. limits]);
        return new Hold(credit.Left is not { } left ? null : spent + (left > 0 ? share(left) : 0), credit.Left, credit.IsWarning);
    }
}
