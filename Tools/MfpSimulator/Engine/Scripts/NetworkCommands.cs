using System.Globalization;
using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator.Agent;
using CopyTrack.MfpSimulator.Device;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>
/// <c>loss SHARE</c>, <c>duplicates SHARE</c>, <c>delay TIME</c>, <c>jitter TIME</c>, <c>late SHARE [by=TIME]</c>, <c>reply-size BYTES</c>, <c>v1-only yes|no</c>,
/// <c>walk-fault none|sameName|backwards|error</c>, <c>silent yes|no</c>, <c>network ok</c>.
/// </summary>
internal static class NetworkCommands
{
    public static JsonObject? Try(SimulatedMfp device, ScriptCommand command)
    {
        var now = device.Faults;
        var next = command.Verb switch
        {
            "loss" => now with { Loss = command.Share() },
            "duplicates" => now with { Duplicates = command.Share() },
            "delay" => now with { Delay = ScriptCommand.Duration(command.Word()) },
            "jitter" => now with { Jitter = ScriptCommand.Duration(command.Word()) },
            "late" => now with { Late = command.Share(), LateBy = command.Time("by", now.LateBy) },
            "reply-size" => now with { MaxReplyBytes = Size(command.Word()) },
            "v1-only" => now with { V1Only = YesNo(command.Word()) },
            "silent" => now with { Silent = YesNo(command.Word()) },
            "walk-fault" => now with { Walk = Enum.TryParse<WalkFault>(command.Word(), ignoreCase: true, out var fault) ? fault : throw new FormatException("walk-fault takes none, sameName, backwards or error.") },
            "network" => AgentFaults.None,
            _ => null,
        };
        if (next is null) return null;
        device.Faults = next;
        return [];
    }

    private static int Size(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 100 and <= 65_507
        ? size
        : throw new FormatException("reply-size takes 100 to 65507 bytes.");

    private static bool YesNo(string text) => text switch { "yes" => true, "no" => false, _ => throw new FormatException($"'{text}' is neither yes nor no.") };
}
