using System.Text;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Mib;

namespace CopyTrack.MfpSimulator.Models;

/// <summary>A kind of device: its objects, which of them live, and its engine. Immutable, shared by any number of devices.</summary>
public sealed class MfpModel
{
    private const string Prefix = "model:";

    private MfpModel(string name, EngineSpeed? engine, Recording recording, IEnumerable<LiveCounter> described)
    {
        Name = name;
        Recording = recording;
        Live = new LiveMap(recording, described.Concat(KyoceraTables.Find(recording)).Concat(CodeTables.Find(recording)).Concat(FixedTables.Find(recording)));
        Table = new MibTable(recording, Live.SlotOf);
        Engine = engine ?? new EngineSpeed { HasColor = LooksColored };
    }

    /// <summary>Names that <see cref="BuiltIn"/> takes.</summary>
    public static IReadOnlyList<string> BuiltInNames { get; } =
        [.. typeof(MfpModel).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Name of the model, or of the recording's file.</summary>
    public string Name { get; }

    /// <summary>Speeds and abilities.</summary>
    public EngineSpeed Engine { get; }

    /// <summary>OIDs of the rows that rise with pages, scans and jams, and what each counts in words (<c>impressions copy mono</c>).</summary>
    public IReadOnlyDictionary<string, string> Counters => field ??= Live.Counters.ToDictionary(c => c.Counter.Oid, c => Words(c.Counter.Meaning));

    /// <summary>Number of objects.</summary>
    public int Objects => Table.Count;

    internal Recording Recording { get; }
    internal LiveMap Live { get; }
    internal MibTable Table { get; }

    /// <summary>Has it a counter of colour pages, or cyan in its supplies or colorants?</summary>
    private bool LooksColored =>
        Live.Counters.Any(c => c.Counter.Meaning.Colors.Contains(JobColor.FullColor))
        || Recording.Below("1.3.6.1.2.1.43.11.1.1.6").Concat(Recording.Below("1.3.6.1.2.1.43.12.1.1.4")).Any(r => r.Row.Text.Contains("cyan", StringComparison.OrdinalIgnoreCase));

    /// <summary>A model that comes with the simulator. Throws <see cref="ArgumentException"/> for a name that is not in <see cref="BuiltInNames"/>.</summary>
    public static MfpModel BuiltIn(string name)
    {
        using var json = typeof(MfpModel).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new ArgumentException($"There is no model '{name}'; there are: {string.Join(", ", BuiltInNames)}.", nameof(name));
        return FromJson(json);
    }

    /// <summary>Reads a model file. Throws <see cref="FormatException"/> or <see cref="System.Text.Json.JsonException"/> when it can't be read.</summary>
    public static MfpModel FromJson(Stream json)
    {
        var file = ModelFile.Read(json);
        return new(file.Name, file.Engine, Recording.Parse(file.Rows), file.Counters.Select(c => LiveCounter.Of(c.Key, c.Value)));
    }

    /// <summary>Reads a recorded walk (<c>.snmprec</c>); its counters are found by the makers' tables. Without <paramref name="engine"/> it is a common office machine, in colour when its objects show colour. Throws <see cref="FormatException"/> when a line can't be read.</summary>
    public static MfpModel FromWalk(string path, EngineSpeed? engine = null)
    {
        var recording = Recording.Parse(File.ReadLines(path, Encoding.Latin1));
        return new(Path.GetFileNameWithoutExtension(path), engine, recording, []);
    }

    private static string Words(CounterMeaning meaning)
    {
        var words = new StringBuilder(meaning.Measure.ToString());
        foreach (var function in meaning.Functions) words.Append(' ').Append(function);
        foreach (var color in meaning.Colors) words.Append(' ').Append(color);
        foreach (var size in meaning.Sizes) words.Append(" size=").Append(size.Name);
        if (meaning.Sides != 0) words.Append(meaning.Sides == 1 ? " onesided" : " twosided");
        if (meaning.SincePowerOn) words.Append(" poweron");
        return words.ToString().ToLowerInvariant();
    }
}
