using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>A counter that a device has: the rule it came from, its meaning, its terms and their sum when it was found.</summary>
internal sealed record ResolvedCounter(CounterRule Rule, CounterKey Key, ImmutableArray<CounterTerm> Terms, long Value, long Modulus);

/// <summary>Finds a profile's counters on a device, from what was read of it. Rows are joined by code, label or size, never by their number.</summary>
internal sealed class CounterResolver(MibView view, MeterProfile profile, uint device, double largeArea)
{
    /// <summary>All of the profile's counters that the device has, in the profile's order, the standard life count last.</summary>
    public ImmutableArray<ResolvedCounter> Resolve()
    {
        var found = ImmutableArray.CreateBuilder<ResolvedCounter>();
        foreach (var rule in profile.Counters)
        {
            found.AddRange(Resolve(rule));
        }

        if (LifeCount() is { } life)
        {
            found.Add(life);
        }

        return found.ToImmutable();
    }

    private List<ResolvedCounter> Resolve(CounterRule rule)
    {
        if (rule.BySize.Length > 0)
        {
            return BySize(rule);
        }

        ImmutableArray<CounterTerm> terms = rule switch
        {
            { Table: { } name } => InTable(profile.Tables[name], rule) is { } row ? [row] : [],
            { Pwg: { } source } => PwgCounters.Find(view, source) is { } pwg ? [pwg] : [],
            { SumOfColumn.Length: > 0 } => Column(rule.SumOfColumn),
            { FirstOf.IsEmpty: false } => [.. rule.FirstOf.Where(t => t.ValueOf(view[t.Oid]) is not null).Take(1)],
            _ => rule.Sum.All(t => t.ValueOf(view[t.Oid]) is not null) ? rule.Sum : [],
        };
        return terms.IsEmpty ? [] : [Make(rule, new CounterKey(rule.Function, rule.Color, rule.Size, rule.Sides, rule.Unit), terms)];
    }

    private ImmutableArray<CounterTerm> Column(ObjectIdentifier column)
    {
        var terms = ImmutableArray.CreateBuilder<CounterTerm>();
        foreach (var row in view.Rows(column))
        {
            if (new CounterTerm(row.Oid, null, false) is var term && term.ValueOf(row.Value) is not null)
            {
                terms.Add(term);
            }
        }

        return terms.ToImmutable();
    }

    private List<ResolvedCounter> BySize(CounterRule rule)
    {
        var rows = new Dictionary<PageSize, List<CounterTerm>>();
        foreach (var row in view.Rows(rule.BySize))
        {
            var term = new CounterTerm(row.Oid, null, false);
            if (row.Oid.Length == rule.BySize.Length + 1 && term.ValueOf(row.Value) is not null)
            {
                var size = PaperSizes.Classify(view, profile.Sizes!, row.Oid.Last, largeArea);
                (rows.TryGetValue(size, out var list) ? list : rows[size] = []).Add(term);
            }
        }

        return rows.OrderBy(r => r.Key).Select(r => Make(
            rule,
            new CounterKey(rule.Function, rule.Color, r.Key, rule.Sides, r.Key == PageSize.Normal ? rule.Unit : rule.LargeUnit ?? rule.Unit),
            [.. r.Value])).ToList();
    }

    private CounterTerm? InTable(ProfileTable table, CounterRule rule)
    {
        var keys = view.Rows(table.Key).ToArray();
        var wanted = rule.Codes.IsEmpty
            ? rule.Labels.Select(l => keys.FirstOrDefault(k => Plain(DeviceText.Read(k.Value)) == Plain(l)))
            : rule.Codes.Select(c => keys.FirstOrDefault(k => k.Value.AsInteger == c));
        foreach (var key in wanted)
        {
            if (key is not null && new CounterTerm(table.Value.Append(key.Oid.After(table.Key)), null, false) is var term && term.ValueOf(view[term.Oid]) is not null)
            {
                return term;
            }
        }

        return null;
    }

    private ResolvedCounter? LifeCount()
    {
        // Further markers repeat the first on most models or count one colour each: never a sum (RFC 3805 prtMarkerTable). Of a device that does not tell its index
        // elsewhere, the table itself tells it.
        var rows = view.Rows(StandardMib.MarkerLifeCount).ToArray().Where(r => r.Oid.Length == StandardMib.MarkerLifeCount.Length + 2).ToList();
        if ((rows.Find(r => r.Oid[r.Oid.Length - 2] == device) ?? rows.FirstOrDefault()) is { } row)
        {
            var term = new CounterTerm(row.Oid, null, false);
            CounterUnit? unit = view[StandardMib.MarkerUnit.Append(row.Oid.After(StandardMib.MarkerLifeCount))]?.AsInteger switch
            {
                7 or 1 or 2 or null => CounterUnit.Impressions,
                8 => CounterUnit.Sheets,
                _ => null,
            };
            return unit is { } known && term.ValueOf(row.Value) is not null
                ? Make(
                    new CounterRule { Role = CounterRole.Total, Function = PageFunction.Total, Unit = known, Sum = [term] },
                    new CounterKey(PageFunction.Total, PageColor.Any, PageSize.Any, PageSides.Any, known), [term]) with { Modulus = 1L << 32 }
                : null;
        }

        return null;
    }

    private ResolvedCounter Make(CounterRule rule, CounterKey key, ImmutableArray<CounterTerm> terms)
    {
        // A sum of rows that may grow wraps nowhere; the same device has the same modulus however many rows it has by now.
        var alone = rule.BySize.Length == 0 && rule.SumOfColumn.Length == 0 && terms.Length == 1;
        return new ResolvedCounter(rule, key, terms, terms.Sum(t => (t.Subtracted ? -1 : 1) * t.ValueOf(view[t.Oid])!.Value), alone ? profile.Modulus : 0);
    }

    private static string Plain(string? label) =>
        label is null ? "" : string.Concat(label.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
