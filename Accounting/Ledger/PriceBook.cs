using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CopyTrack.Accounting.Ledger;

/// <summary>A price list with where and when it holds. <see cref="Devices"/> and <see cref="Groups"/> (folded names) are null where it holds for all.</summary>
public sealed record PricedScope(string Name, DateTimeOffset From, DateTimeOffset? Until, FrozenSet<long>? Devices, FrozenSet<string>? Groups, PriceList Prices);

/// <summary>
/// All price lists of an organisation. Which one holds follows from the end of the interval, the device and the person's groups alone: of those that hold at that time, one that
/// names the device and a group wins over one that names the device, that over one that names a group, and that over one for all; of equals the one that began later, then the
/// first by name. Where none holds, the prices of the configuration do. What was booked keeps its cost whatever is changed here later.
/// </summary>
public sealed class PriceBook
{
    private readonly PriceList otherwise;
    private readonly ImmutableArray<PricedScope> lists;
    private readonly FrozenSet<string> named;

    /// <summary>A book of these lists over the prices of the configuration.</summary>
    public PriceBook(PriceList otherwise, IEnumerable<PricedScope> lists)
    {
        this.otherwise = otherwise;
        this.lists = [.. lists.OrderByDescending(l => l.Devices is not null).ThenByDescending(l => l.Groups is not null).ThenByDescending(l => l.From).ThenBy(l => l.Name, StringComparer.Ordinal)];
        named = this.lists.SelectMany(l => l.Groups ?? []).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Prices for pages of an interval that ended at <paramref name="at"/>. <paramref name="groups"/>: the person's as <see cref="Relevant"/> gave them; null for no one.</summary>
    public PriceList For(DateTimeOffset at, long device, string? groups)
    {
        string[]? mine = null;
        foreach (var list in lists)
        {
            if (at >= list.From && (list.Until is not { } until || at < until) && list.Devices?.Contains(device) != false
                && (list.Groups is not { } wanted || Array.Exists(mine ??= Split(groups), wanted.Contains)))
            {
                return list.Prices;
            }
        }

        return otherwise;
    }

    /// <summary>True when any list holds for groups only.</summary>
    public bool NamesGroups => named.Count > 0;

    /// <summary>Those of a person's folded groups that any list names, `;` between: what a session needs to remember of them. Null for none.</summary>
    public string? Relevant(IEnumerable<string> groups) => named.Count > 0 && string.Join(';', groups.Where(named.Contains)) is { Length: > 0 } some ? some : null;

    private static string[] Split(string? groups) => groups?.Split(';') ?? [];
}
