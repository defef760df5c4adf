using System.Text.RegularExpressions;

namespace CopyTrack.Server.Hosting;

/// <summary>Settings on the command line: <c>--Section:Key=value</c> or <c>--Section:Key value</c>, anywhere among the arguments of any verb.</summary>
internal static partial class ConfigurationArguments
{
    [GeneratedRegex("^--(?<key>[A-Za-z][A-Za-z0-9]*(:[A-Za-z0-9_. -]+)+)(=(?<value>.*))?$", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();

    /// <summary>The arguments without settings, and the settings; a later one wins. Throws <see cref="ConfigurationFault"/> for a setting without a value.</summary>
    public static (string[] Verb, Dictionary<string, string?> Settings) Split(IReadOnlyList<string> args)
    {
        var rest = new List<string>();
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Count; i++)
        {
            var match = Setting().Match(args[i]);
            if (!match.Success)
            {
                rest.Add(args[i]);
                continue;
            }

            var value = match.Groups["value"];
            settings[match.Groups["key"].Value] = value.Success ? value.Value
                : i + 1 < args.Count ? args[++i]
                : throw new ConfigurationFault(match.Groups["key"].Value, "has no value");
        }

        return ([.. rest], settings);
    }

    /// <summary>The configuration: <c>copytrack.json</c> in the working directory, then <c>COPYTRACK__Section__Key</c>, then the command line; the later wins.</summary>
    public static IConfigurationRoot Build(IReadOnlyDictionary<string, string?> settings)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "copytrack.json"), optional: true)
                .AddEnvironmentVariables("COPYTRACK__")
                .AddInMemoryCollection(settings)
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationFault("copytrack.json", e.InnerException?.Message ?? e.Message);
        }
    }
}
