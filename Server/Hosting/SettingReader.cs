using System.Globalization;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads settings with their bounds and remembers which were asked for, so that a mistyped key is found.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A text; the default when it is not set.</summary>
    public string? Text(string key, string? otherwise)
    {
        known.Add(key);
        return configuration[key] is { Length: > 0 } value ? value : otherwise;
    }

    /// <summary>A whole number between the bounds.</summary>
    public int Number(string key, int otherwise, int least, int most)
    {
        var text = Text(key, null);
        if (text is null)
        {
            return otherwise;
        }

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
        var text = Text(key, null);
        return text is null ? otherwise
            : bool.TryParse(text, out var value) ? value
            : throw new ConfigurationFault(key, $"'{text}' is neither true nor false");
    }

    /// <summary>An amount of money, in millionths.</summary>
    public long Micros(string key)
    {
        var text = Text(key, null);
        return text is null ? 0
            : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1_000_000
                ? (long)(value * 1_000_000m)
                : throw new ConfigurationFault(key, $"'{text}' is not an amount such as 0.05");
    }

    /// <summary>The names below a section, with their values.</summary>
    public IEnumerable<(string Name, string Value)> Section(string key)
    {
        foreach (var child in configuration.GetSection(key).GetChildren())
        {
            known.Add(child.Path);
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

    private static IEnumerable<IConfigurationSection> Leaves(IConfigurationSection section) =>
        section.GetChildren().SelectMany(c => c.GetChildren().Any() ? Leaves(c) : [c]);
}
