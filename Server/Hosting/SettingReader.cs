using System.Globalization;

namespace CopyTrack.Server.Hosting;

/// <summary>A setting that was asked for, with its default as text (null: none).</summary>
internal sealed record AskedSetting(string Key, string? Default);

/// <summary>Reads settings with their bounds and remembers which were asked for, so that a mistyped key is found.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<AskedSetting> asked = [];

    /// <summary>All settings that were asked for, in that order.</summary>
    public IReadOnlyList<AskedSetting> Asked => asked;

    /// <summary>A text; the default when it is not set.</summary>
    public string? Text(string key, string? otherwise)
    {
        Note(key, otherwise);
        return configuration[key] is { Length: > 0 } value ? value : otherwise;
    }

    /// <summary>A whole number between the bounds.</summary>
    public int Number(string key, int otherwise, int least, int most)
    {
        var text = Text(key, otherwise.ToString(CultureInfo.InvariantCulture))!;

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new ConfigurationFault(key, string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a whole number from {least} to {most}"));
    }

    /// <summary>A time in whole seconds.</summary>
    public TimeSpan Seconds(string key, TimeSpan otherwise, int least, int most) =>
        TimeSpan.FromSeconds(Number(key, (int)otherwise.TotalSeconds, least, most));

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool otherwise)
    {
        var text = Text(key, otherwise ? "true" : "false")!;
        return bool.TryParse(text, out var value) ? value
            : throw new ConfigurationFault(key, $"'{text}' is neither true nor false");
    }

    /// <summary>An amount of money, in millionths.</summary>
    public long Micros(string key)
    {
        var text = Text(key, "0")!;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1_000_000
                ? (long)(value * 1_000_000m)
                : throw new ConfigurationFault(key, $"'{text}' is not an amount such as 0.05");
    }

    /// <summary>The names below a section, with their values.</summary>
    public IEnumerable<(string Name, string Value)> Section(string key)
    {
        foreach (var child in configuration.GetSection(key).GetChildren())
        {
            Note(child.Path, null);
            yield return (child.Key, child.Value ?? "");
        }
    }

    /// <summary>Throws for a key in one of our sections that nobody asked for.</summary>
    public void RefuseUnknown(params string[] sections)
    {
        foreach (var section in sections)
        {
            foreach (var child in Leaves(configuration.GetSection(section)))
            {
                if (!known.Contains(child.Path))
                {
                    throw new ConfigurationFault(child.Path, "there is no such setting; docs/operations.md lists them");
                }
            }
        }
    }

    private void Note(string key, string? otherwise)
    {
        if (known.Add(key))
        {
            asked.Add(new AskedSetting(key, otherwise));
        }
    }

    private static IEnumerable<IConfigurationSection> Leaves(IConfigurationSection section) =>
        section.GetChildren().SelectMany(c => c.GetChildren().Any() ? Leaves(c) : [c]);
}
