namespace CopyTrack.Identity.Rights;

/// <summary>What a person may do at a device (docs/terminal-protocol.md §3). The numbers are stored.</summary>
[Flags]
public enum DeviceFunctions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Copies in black.</summary>
    Copy = 1,

    /// <summary>Copies in colour; implies <see cref="Copy"/>.</summary>
    CopyColor = 2,

    /// <summary>Scans.</summary>
    Scan = 4,

    /// <summary>Faxes sent.</summary>
    Fax = 8,

    /// <summary>Walk-up printing from the panel (USB, mailbox).</summary>
    Print = 16,

    /// <summary>Everything.</summary>
    All = Copy | CopyColor | Scan | Fax | Print,
}

/// <summary>Texts of functions: wire names with <c>;</c> between.</summary>
public static class FunctionNames
{
    private static readonly (DeviceFunctions Function, string Name)[] Names =
    [
        (DeviceFunctions.Copy, "copy"), (DeviceFunctions.CopyColor, "copyColor"), (DeviceFunctions.Scan, "scan"),
        (DeviceFunctions.Fax, "fax"), (DeviceFunctions.Print, "print"),
    ];

    /// <summary>The wire names in their fixed order; colour brings copy with it.</summary>
    public static string[] ToNames(DeviceFunctions functions)
    {
        DeviceFunctions whole = Complete(functions);
        return [.. Names.Where(pair => (whole & pair.Function) != 0).Select(pair => pair.Name)];
    }

    /// <summary>The names with <c>;</c> between; empty for none.</summary>
    public static string Format(DeviceFunctions functions) => string.Join(';', ToNames(functions));

    /// <summary>
    /// Reads names (case does not matter, blanks and empty ones are skipped). False with the first unknown name in <paramref name="unknown"/>.
    /// </summary>
    public static bool TryParse(IEnumerable<string> names, out DeviceFunctions functions, out string? unknown)
    {
        functions = DeviceFunctions.None;
        unknown = null;
        foreach (string name in names.Select(name => name.Trim()).Where(name => name.Length > 0))
        {
            DeviceFunctions found = Names.FirstOrDefault(pair => pair.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Function;
            if (found == DeviceFunctions.None)
            {
                unknown = name;
                return false;
            }
            functions |= found;
        }
        functions = Complete(functions);
        return true;
    }

    /// <summary>Reads one text with <c>;</c> between the names.</summary>
    public static bool TryParse(string text, out DeviceFunctions functions, out string? unknown) => TryParse(text.Split(';'), out functions, out unknown);

    /// <summary>Adds what is implied: colour copies bring copies.</summary>
    public static DeviceFunctions Complete(DeviceFunctions functions) =>
        (functions & DeviceFunctions.CopyColor) != 0 ? functions | DeviceFunctions.Copy : functions;
}
