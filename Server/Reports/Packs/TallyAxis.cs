using System.Runtime.InteropServices;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>What sums are kept apart by.</summary>
internal enum TallyBy { Person, Department, CostCentre, Project, Device, Site, Month, Day, Hour, Function, Cause }

/// <summary>
/// One thing that sums are kept apart by: gives each value of it a place. Values are numbers, or texts where <paramref name="text"/> tells what a number belongs to;
/// <paramref name="same"/> puts a number in another one's place. Not safe for use by two threads.
/// </summary>
internal sealed class TallyAxis
{
    private readonly TallyBy by;
    private readonly Func<long, string?>? text;
    private readonly Func<long, long>? same;
    private readonly Slots numbers;
    private readonly List<int> placed = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<string?> texts = [];
    private int none = -1;

    public TallyAxis(TallyBy by, Func<long, string?>? text = null, Func<long, long>? same = null)
        : this(by, text, same, new Slots())
    {
    }

    private TallyAxis(TallyBy by, Func<long, string?>? text, Func<long, long>? same, Slots numbers)
    {
        (this.by, this.text, this.same, this.numbers) = (by, text, same, numbers);
        Column = ColumnOf(by);
    }

    public TallyBy By => by;

    /// <summary>Octets that it takes, about.</summary>
    public long Bytes => numbers.Bytes;

    /// <summary>Column of <see cref="UsageBlock"/> that holds it; -1 for what all rows of a day have alike.</summary>
    public int Column { get; }

    /// <summary>The same with places of its own from here on; only of numbers.</summary>
    public TallyAxis Copy() => new(by, null, null, numbers.Copy());

    private static int ColumnOf(TallyBy by) => by switch
    {
        TallyBy.Person or TallyBy.Department or TallyBy.CostCentre => UsageBlock.Person,
        // Packs of hours have no projects.
        TallyBy.Project or TallyBy.Hour => UsageBlock.Project,
        TallyBy.Device or TallyBy.Site => UsageBlock.Device,
        TallyBy.Function => UsageBlock.Function,
        TallyBy.Cause => UsageBlock.Cause,
        _ => -1,
    };

    /// <summary>The place of what a number stands for.</summary>
    public int PlaceOf(long number)
    {
        if (text is null)
        {
            return numbers.Of(same is null ? number : same(number));
        }

        int at = numbers.Of(number);
        if (at == placed.Count)
        {
            placed.Add(TextPlace(text(number)));
        }

        return placed[at];
    }

    /// <summary>The number at a place; 0 where texts are kept apart.</summary>
    public long Number(int place) => text is null ? numbers[place] : 0;

    /// <summary>The place of what stands at a place of another axis of the same kind, a number of it so much higher; -1 when it has none.</summary>
    public int Known(TallyAxis other, int place, long higher) =>
        text is null ? numbers.Known(other.Number(place) + higher) : other.Text(place) is not { } value ? none : places.GetValueOrDefault(value, -1);

    /// <summary>The place of a number, -1 when it has none; where numbers are kept apart.</summary>
    public int Known(long number) => numbers.Known(number);

    /// <summary>The text at a place; null where numbers are kept apart, and for what has none.</summary>
    public string? Text(int place) => text is null ? null : texts[place];

    private int TextPlace(string? value)
    {
        ref int place = ref none;
        if (value is not null)
        {
            place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, value, out bool known);
            place = known ? place : -1;
        }

        if (place < 0)
        {
            place = texts.Count;
            texts.Add(value);
        }

        return place;
    }
}
