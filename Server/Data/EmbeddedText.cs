namespace CopyTrack.Server.Data;

/// <summary>The SQL files that the program carries in itself.</summary>
internal static class EmbeddedText
{
    /// <summary>Name (without <c>.sql</c>) and text of each resource whose name begins with <paramref name="prefix"/>, ordered by name.</summary>
    public static IEnumerable<(string Name, string Text)> Under(string prefix)
    {
        var assembly = typeof(EmbeddedText).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (Path.GetFileNameWithoutExtension(resource[prefix.Length..]), reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }
}
