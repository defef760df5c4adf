namespace CopyTrack.Accounting.Profiles;

/// <summary>A profile file that can't be used: its name, the line where that shows (from 1) and the reason.</summary>
public sealed class ProfileFormatException(string file, long line, string reason) : FormatException($"{file}, line {line}: {reason}")
{
    /// <summary>Name of the file.</summary>
    public string File { get; } = file;

    /// <summary>Line in the file, from 1.</summary>
    public long Line { get; } = line;
}
