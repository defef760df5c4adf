namespace CopyTrack.Terminal.Configuration;

/// <summary>SHA-256 fingerprints as people paste them.</summary>
internal static class Fingerprint
{
    /// <summary>Lower case, without the colons, blanks and dashes that tools put between the bytes.</summary>
    internal static string Normalise(string text) =>
        text.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>True for 64 hexadecimal digits.</summary>
    internal static bool IsValid(string normalised) => normalised.Length == 64 && normalised.All(char.IsAsciiHexDigitLower);
}
