namespace CopyTrack.Integration.FaultLab;

/// <summary>When readings were truly made whose times in the ledger come from a server's clock, which may be wrong by hours.</summary>
internal sealed class LabTimes
{
    private readonly List<(DateTimeOffset Ledger, DateTimeOffset True)> seen = [];

    /// <summary>A reading is dated <paramref name="ledger"/> and was made at <paramref name="truly"/>. The ledger's time never goes back.</summary>
    public void Note(DateTimeOffset ledger, DateTimeOffset truly) => seen.Add((ledger, truly));

    /// <summary>How far the ledger's time was ahead of the true one at a true time.</summary>
    public TimeSpan Ahead(DateTimeOffset truly)
    {
        var (low, high) = (0, seen.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = seen[middle].True <= truly ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? TimeSpan.Zero : seen[low - 1].Ledger - seen[low - 1].True;
    }

    /// <summary>The true time of one in the ledger; where no reading was made then, by the last one before it.</summary>
    public DateTimeOffset True(DateTimeOffset ledger)
    {
        var (low, high) = (0, seen.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = seen[middle].Ledger <= ledger ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? ledger : seen[low - 1].True + (ledger - seen[low - 1].Ledger);
    }
}
