using CopyTrack.MfpSimulator.Device;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>Parts of the script language for those who read it elsewhere.</summary>
public static class Script
{
    /// <summary>Reads <c>500ms</c>, <c>10s</c>, <c>1.5m</c>, <c>1h</c>; a bare number is seconds. Throws <see cref="FormatException"/> for anything else.</summary>
    public static TimeSpan Duration(string text) => ScriptCommand.Duration(text);

    /// <summary>Reads <c>none</c> or <c>0.3s-2.5s</c>. Throws <see cref="FormatException"/> for anything else.</summary>
    public static CounterLag Lag(string text)
    {
        if (text == "none") return CounterLag.None;
        var ends = text.Split('-', 2).Select(Duration).ToArray();
        return ends[0] <= ends[^1] ? new CounterLag { Min = ends[0], Max = ends[^1] } : throw new FormatException($"'{text}' does not give the shorter time first.");
    }
}
