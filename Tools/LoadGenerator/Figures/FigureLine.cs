using System.Text.Json;

namespace CopyTrack.LoadGenerator.Figures;

/// <summary>One JSON line on standard output: the load's name and its figures.</summary>
internal static class FigureLine
{
    public static void Print(string load, params IEnumerable<(string Name, double? Value)> figures)
    {
        var line = new Dictionary<string, object?> { ["load"] = load };
        foreach (var (name, value) in figures)
        {
            line[name] = value is { } number ? Math.Round(number, 3) : null;
        }

        Console.WriteLine(JsonSerializer.Serialize(line));
    }
}
