namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>Parts of the script language for those who read it elsewhere.</summary>
public static class Script
{
    /// <summary>Reads <c>500ms</c>, <c>10s</c>, <c>1.5m</c>, <c>1h</c>; a bare number is seconds. Throws <see cref="FormatException"/> for anything else.</summary>
    public static TimeSpan Duration(string text) => ScriptCommand.Duration(text);
}
