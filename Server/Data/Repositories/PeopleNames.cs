using System.Buffers;
using System.Text;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>
/// What the people of an organisation are found by, as octets one after the other in the order of their folded names: a part of a name among 250,000 people is found in milliseconds, by
/// some 60 octets for each. Never changed once it is made; safe for many threads.
/// </summary>
internal sealed class PeopleNames
{
    private readonly byte[] text;
    private readonly int[] begins;
    private readonly int[] names;

    private PeopleNames(byte[] text, int[] begins, int[] names) => (this.text, this.begins, this.names) = (text, begins, names);

    /// <summary>How many people there are.</summary>
    public int Count => names.Length;

    /// <summary>Makes it of rows in the order of their folded names.</summary>
    public static async Task<PeopleNames> OfAsync(IAsyncEnumerable<PersonName> rows, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> text = new(1 << 16);
        List<int> begins = [], names = [];
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            begins.Add(text.WrittenCount);
            names.Add((int)Encoding.UTF8.GetBytes(row.UserFolded, text));
            Encoding.UTF8.GetBytes(row.Rest, text);
        }

        begins.Add(text.WrittenCount);
        return new PeopleNames(text.WrittenSpan.ToArray(), [.. begins], [.. names]);
    }

    /// <summary>Folded names, in order, of the people after a name who have the folded part in a name or mail address; at most <paramref name="limit"/>.</summary>
    public List<string> Find(string part, string after, int limit)
    {
        List<string> found = [];
        var wanted = Encoding.UTF8.GetBytes(part);
        for (var person = FirstAfter(Encoding.UTF8.GetBytes(after)); person < Count && found.Count < limit; person++)
        {
            var at = text.AsSpan(begins[person]).IndexOf(wanted);
            if (at < 0)
            {
                break;
            }

            person = At(begins[person] + at);
            found.Add(Encoding.UTF8.GetString(text, begins[person], names[person]));
        }

        return found;
    }

    /// <summary>Number of the first person behind a name.</summary>
    private int FirstAfter(ReadOnlySpan<byte> name)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (text.AsSpan(begins[middle], names[middle]).SequenceCompareTo(name) > 0)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    /// <summary>Number of the person whose octets are at a place.</summary>
    private int At(int place)
    {
        var found = Array.BinarySearch(begins, place);
        return found >= 0 ? found : ~found - 1;
    }
}

/// <summary>What a person is found by.</summary>
internal sealed record PersonName(string UserFolded, string? DisplayName, string? Email)
{
    /// <summary>All but the folded name, folded, each behind a line break, which ends it too.</summary>
    public string Rest => $"\n{Fold(DisplayName)}\n{Fold(Email)}\n";

    /// <summary>True when a folded part is in one of the names.</summary>
    public bool Has(string part) => UserFolded.Contains(part, StringComparison.Ordinal) || Fold(DisplayName).Contains(part, StringComparison.Ordinal) || Fold(Email).Contains(part, StringComparison.Ordinal);

    private static string Fold(string? text) => text is null ? "" : NameFolding.Fold(text);
}
