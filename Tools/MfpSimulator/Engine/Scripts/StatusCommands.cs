using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary><c>status</c>, <c>counters [all=yes]</c>, <c>read OID</c>, <c>truth [device= function= color= size= sides= user= bypass=]</c>, <c>jobs [user= last=]</c>.</summary>
internal static class StatusCommands
{
    public static JsonObject? Try(SimulatedMfp device, ScriptCommand command) => command.Verb switch
    {
        "status" => new JsonObject
        {
            ["address"] = device.EndPoint?.ToString(),
            ["model"] = device.Model.Name,
            ["serial"] = device.Serial,
            ["state"] = Name(device.State),
            ["requests"] = device.Requests,
            ["quiet"] = device.IsQuiet,
            ["panel"] = Name(device.Panel.Unlocked),
        },
        "counters" => new JsonObject { ["counters"] = Counters(device, command.Flag("all")) },
        "read" => new JsonObject { ["value"] = device.Read(command.Word()) },
        _ => null,
    };

    public static JsonObject Truth(Truth truth, ScriptCommand command)
    {
        var sum = truth.Sum(new TruthFilter
        {
            Device = command.Text("device") is null ? command.Devices?.First : (int)command.Number("device", 1),
            Function = command.Text("function") is { } function ? JobCommands.Function(function) : null,
            Color = command.Text("color") is { } color ? JobCommands.Color(color) : null,
            Size = command.Text("size"),
            Sides = command.Text("sides") is null ? null : (int)command.Number("sides", 1),
            Who = command.Text("user"),
            Bypass = command.Text("bypass") is null ? null : command.Flag("bypass"),
        });
        return new JsonObject { ["impressions"] = sum.Impressions, ["sheets"] = sum.Sheets, ["equivalents"] = sum.Equivalents, ["originals"] = sum.Originals };
    }

    public static JsonObject Jobs(Truth truth, ScriptCommand command)
    {
        var jobs = truth.Jobs.Where(j => command.Text("user") is not { } user || j.Who == user).TakeLast((int)Math.Min(command.Number("last", 20), 1000)).Select(j => (JsonNode)new JsonObject
        {
            ["device"] = j.Device,
            ["job"] = j.Id,
            ["function"] = Name(j.Function),
            ["color"] = Name(j.Color),
            ["size"] = j.Size.Name,
            ["user"] = j.Who,
            ["bypass"] = j.Bypass,
            ["impressions"] = j.Impressions,
            ["sheets"] = j.Sheets,
            ["originals"] = j.Originals,
            ["end"] = Name(j.End),
        });
        return new JsonObject { ["jobs"] = new JsonArray([.. jobs]) };
    }

    /// <summary>An enum as scripts and JSON write it.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => string.Join(',', value.ToString().Split(", ").Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static JsonObject Counters(SimulatedMfp device, bool all)
    {
        var meanings = device.Model.Counters;
        var values = new JsonObject();
        foreach (var (oid, value) in device.ReadCounters())
            if (all || !meanings[oid].Contains("size=", StringComparison.Ordinal)) values[string.Create(CultureInfo.InvariantCulture, $"{oid} {meanings[oid]}")] = value;
        return values;
    }
}
