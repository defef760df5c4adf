using System.Text;

namespace CopyTrack.Server.Fleet;

/// <summary>Names of nodes and agents.</summary>
internal static class FleetNames
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "a name has 1 to 64 characters that can be printed";

    private const int Longest = 64;

    /// <summary>The name without blanks around it; null when it can't be one.</summary>
    public static string? Usable(string? text) => text?.Trim() is { Length: > 0 and <= Longest } name && !name.EnumerateRunes().Any(r => Rune.IsControl(r) || r == Rune.ReplacementChar) ? name : null;
}
