using System.Collections.Immutable;
using System.Net;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Benchmarks;

/// <summary>Inputs of the measurements, out of Tests/Vectors.</summary>
internal static class InputVectors
{
    public static readonly SnmpTarget Nowhere = SnmpTarget.V2c(IPAddress.Loopback, 161, "public");

    /// <summary>A device that counts copies and prints by colour and size.</summary>
    public static SnmpRecording Walk => SnmpRecording.Load(At("walks/invented_sizes.snmprec"));

    /// <summary>The first line of the vectors that has all of these words.</summary>
    public static string TerminalLine(params string[] words) => File.ReadLines(At("terminal/server-decodes.txt"))
        .First(l => l.StartsWith("decode {", StringComparison.Ordinal) && words.All(w => l.Contains(w, StringComparison.Ordinal)))["decode ".Length..];

    /// <summary>A reading of that device.</summary>
    public static async Task<MeterReading> ReadingAsync()
    {
        var reader = new MeterReader(new RecordedSnmp(Walk, TimeProvider.System), ProfileLibrary.BuiltIn);
        var bound = (BindOutcome.Bound)await reader.BindAsync(Nowhere, null, default);
        return ((ReadOutcome.Read)await reader.ReadAsync(Nowhere, bound.Profile, ReadingTrigger.Idle, 1, default)).Reading;
    }

    /// <summary>The reading later, with so many pages more on every counter that the parts are made of.</summary>
    public static MeterReading Later(this MeterReading reading, DateTimeOffset at, long token, ReadingTrigger trigger, long pages) => reading with
    {
        SentAt = at, At = at, Token = token, Trigger = trigger, Idle = true, UpTime = reading.UpTime + 100,
        Values = pages == 0 ? reading.Values : [.. reading.Set.Counters.Select((c, i) => reading.Values[i] + (c.Key.Function is PageFunction.Copy or PageFunction.Total ? pages : 0))],
    };

    private static string At(string file)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, "Tests", "Vectors", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"Tests/Vectors/{file} is not above {AppContext.BaseDirectory}");
    }
}
