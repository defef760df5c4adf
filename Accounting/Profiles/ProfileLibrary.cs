using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>All profiles, in the order in which they are tried. Immutable.</summary>
public sealed class ProfileLibrary
{
    private static readonly Lazy<ProfileLibrary> Shipped = new(LoadEmbedded);

    /// <summary>A library of these profiles. Throws <see cref="ArgumentException"/> when two share a name or none is the standard one.</summary>
    public ProfileLibrary(IEnumerable<MeterProfile> profiles)
    {
        Profiles = [.. profiles.OrderBy(p => p.Order)];
        if (Profiles.Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() != Profiles.Length)
        {
            throw new ArgumentException("two profiles share a name", nameof(profiles));
        }

        Standard = Profiles.FirstOrDefault(p => p.Name == "standard") ?? throw new ArgumentException("the standard profile is missing", nameof(profiles));
    }

    /// <summary>The profiles that come with the program.</summary>
    public static ProfileLibrary BuiltIn => Shipped.Value;

    /// <summary>In the order in which they are tried.</summary>
    public ImmutableArray<MeterProfile> Profiles { get; }

    /// <summary>The profile of the standard Printer-MIB, which fits every printer.</summary>
    public MeterProfile Standard { get; }

    /// <summary>The profile of this name in any case; null when there is none.</summary>
    public MeterProfile? Find(string name) => Profiles.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>This with more profiles; one with the name of a profile here takes its place. Throws as the constructor does.</summary>
    public ProfileLibrary With(IReadOnlyCollection<MeterProfile> profiles) =>
        new(Profiles.Where(p => !profiles.Any(o => string.Equals(o.Name, p.Name, StringComparison.OrdinalIgnoreCase))).Concat(profiles));

    /// <summary>Reads one profile. Throws <see cref="ProfileFormatException"/> with file, line and reason when it is no valid one.</summary>
    public static MeterProfile Parse(string file, ReadOnlySpan<byte> json)
    {
        MeterProfile profile;
        try
        {
            profile = JsonSerializer.Deserialize(json, ProfileJson.Default.MeterProfile)
                ?? throw new ProfileFormatException(file, 1, "no profile");
        }
        catch (JsonException e)
        {
            throw new ProfileFormatException(file, (e.LineNumber ?? 0) + 1, e.Message);
        }

        foreach (var rule in profile.Counters)
        {
            if (Fault(profile, rule) is { } fault)
            {
                throw new ProfileFormatException(file, LineOf(json, profile.Counters.IndexOf(rule)), fault);
            }
        }

        return profile;
    }

    private static string? Fault(MeterProfile profile, CounterRule rule) =>
        rule.Table is { } table && !profile.Tables.ContainsKey(table) ? $"there is no table '{table}'"
        : rule.BySize.Length > 0 && profile.Sizes is null ? "a counter by size needs the sizes"
        : rule.In.FirstOrDefault(p => !profile.Partitions.Contains(p)) is { } partition ? $"there is no partition '{partition}'"
        : rule is { Needed: true, Role: not CounterRole.Part } ? "only a part can be needed"
        : null;

    /// <summary>Line of the n-th element of the array "counters".</summary>
    private static long LineOf(ReadOnlySpan<byte> json, int index)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var inside = false;
        while (reader.Read())
        {
            if (!inside)
            {
                inside = reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("counters"u8);
            }
            else if (reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject && index-- == 0)
            {
                return json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
            }
        }

        return 1;
    }

    private static ProfileLibrary LoadEmbedded()
    {
        var assembly = typeof(ProfileLibrary).Assembly;
        var profiles = new List<MeterProfile>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.Contains(".Profiles.Data.", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            profiles.Add(Parse(name, bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes));
        }

        return new ProfileLibrary(profiles);
    }
}
