using CopyTrack.Accounting.Meters;

namespace CopyTrack.Agent.Page;

/// <summary>What counters are called: the words of the manager's pages, so that somebody who looks at both reads the same.</summary>
internal static class CounterWords
{
    /// <summary>What a counter counts, such as <c>copies, colour, large</c>.</summary>
    public static string Name(PageWords w, CounterKey key)
    {
        List<string> words =
        [
            key.Function switch
            {
                PageFunction.Total => w["all pages"],
                PageFunction.Copy => w["copies"],
                PageFunction.Print => w["prints"],
                PageFunction.Scan => w["scans"],
                PageFunction.Fax => w["faxes"],
                _ => w["other"],
            },
        ];
        if (key.Color != PageColor.Any)
        {
            words.Add(key.Color switch { PageColor.Mono => w["black and white"], PageColor.Color => w["colour"], PageColor.TwoColor => w["two colours"], _ => w["one colour"] });
        }

        if (key.Size != PageSize.Any)
        {
            words.Add(key.Size == PageSize.Large ? w["large size"] : w["normal size"]);
        }

        if (key.Sides != PageSides.Any)
        {
            words.Add(key.Sides == PageSides.Duplex ? w["two-sided"] : w["one-sided"]);
        }

        return string.Join(", ", words);
    }

    /// <summary>What it counts in.</summary>
    public static string Unit(PageWords w, CounterUnit unit) => unit switch
    {
        CounterUnit.Impressions => w["pages"],
        CounterUnit.Sheets => w["sheets"],
        CounterUnit.Scans => w["scans"],
        _ => w["equivalents"],
    };
}
