namespace CopyTrack.Accounting.Inventory;

/// <summary>Names of supplies and trays for people.</summary>
public static class SupplyNames
{
    private const int Longest = 100;

    /// <summary>What the report calls it, at most 100 characters; its index where the report does not know it (any more). <paramref name="kind"/> is <c>supply</c> or <c>tray</c>.</summary>
    public static string Of(ProbeReport? report, string kind, string index)
    {
        var name = kind == SupplyTrend.TrayKind
            ? report?.Trays.FirstOrDefault(t => t.Index == index)?.Name
            : report?.Supplies.FirstOrDefault(s => s.Index == index) is { } supply ? SupplyText.Plain(supply) : null;
        return string.IsNullOrWhiteSpace(name) ? index : name.Length > Longest ? name[..Longest] : name;
    }
}
