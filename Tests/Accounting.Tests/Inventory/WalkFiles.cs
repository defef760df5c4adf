using System.Text.Json;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>Recordings: the invented ones always, those of real devices where the environment has them.</summary>
internal static class WalkFiles
{
    /// <summary>Folder of the real ones; null without.</summary>
    public static string? Real => Environment.GetEnvironmentVariable("COPYTRACK_SHARED") is { Length: > 0 } shared ? Path.Combine(shared, "walks") : null;

    /// <summary>Paths of all, those of further SNMP contexts left out.</summary>
    public static IEnumerable<string> All =>
        new[] { Vectors.PathOf("walks"), Real }.OfType<string>().SelectMany(f => Directory.EnumerateFiles(f, "*.snmprec")).Where(f => !f.Contains('@', StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>What the publishers state of the real ones.</summary>
    public static IReadOnlyList<JsonElement> Statements
    {
        get
        {
            if (Real is null)
            {
                return [];
            }

            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Real, "walks.json")));
            return [.. json.RootElement.GetProperty("walks").EnumerateArray().Select(w => w.Clone())];
        }
    }
}
