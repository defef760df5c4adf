using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Tests;

/// <summary>Files under Tests/Vectors, and short ways to look at readings.</summary>
internal static class Vectors
{
    public static SnmpRecording Walk(string name) => SnmpRecording.Load(PathOf(Path.Combine("walks", name + ".snmprec")));

    public static string PathOf(string file) => Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "Vectors", file);

    public static IReadOnlyList<(BaseCounter Counter, long? Value)> ValuesOf(ReadOutcome outcome)
    {
        var reading = ((ReadOutcome.Read)outcome).Reading;
        return [.. reading.Set.Counters.Select(c => (c, reading.Values[c.Index]))];
    }

    private static string ThisFile([CallerFilePath] string here = "") => here;
}
