using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace CopyTrack.Server.Web.Site;

/// <summary>A setting as it holds in this process. A secret's value is masked. <see cref="Source"/> is where it was set: null when it has its default.</summary>
internal sealed record SettingView(string Key, string? Value, string? Default, string? Source)
{
    /// <summary>True when somebody set it.</summary>
    public bool IsSet => Source is not null;

    /// <summary>The part before the first colon.</summary>
    public string Section => Key[..Key.IndexOf(':', StringComparison.Ordinal)];
}

/// <summary>All settings of the process, in the order in which they are documented. Made by the host.</summary>
internal sealed record SettingsInForce(ImmutableArray<SettingView> All);

/// <summary>What the operator's handbook says of each setting: one text for page and handbook.</summary>
internal static partial class SettingTexts
{
    private static readonly Lazy<ImmutableDictionary<string, SettingText>> s_all = new(Load);

    /// <summary>The line of a setting; null for one that the handbook does not list by its full name.</summary>
    public static SettingText? Of(string key) => s_all.Value.GetValueOrDefault(key);

    /// <summary>All lines.</summary>
    public static IEnumerable<SettingText> All => s_all.Value.Values;

    private static ImmutableDictionary<string, SettingText> Load()
    {
        using var stream = typeof(SettingTexts).Assembly.GetManifestResourceStream("operations.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Select(line => Row().Match(line)).Where(m => m.Success)
            .Select(m => new SettingText(m.Groups[1].Value, Plain(m.Groups[2].Value), Plain(m.Groups[3].Value), Plain(m.Groups[4].Value)))
            .DistinctBy(t => t.Key).ToImmutableDictionary(t => t.Key, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Without the marks of Markdown; of a link its text.</summary>
    private static string Plain(string cell) => Link().Replace(cell, "$1").Replace("`", "", StringComparison.Ordinal).Replace("\\|", "|", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^\| `([A-Za-z]+(?::[A-Za-z]+)+)` \|(.*?)\|(.*?)\|(.*)\|\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}

/// <summary>A line of the handbook's table: key, default, bounds and reason.</summary>
internal sealed record SettingText(string Key, string Default, string Bounds, string Why);
