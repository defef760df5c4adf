using System.Text.Json;
using System.Text.Json.Nodes;

namespace CopyTrack.Integration.Stories;

/// <summary>The configuration file of the reference terminal as the page gives it, for a computer without readers.</summary>
internal static class ReferenceTerminal
{
    private static readonly JsonSerializerOptions s_written = new() { WriteIndented = true };

    /// <summary>The page's file with its readers and panel simulated, and its keys beside it.</summary>
    public static string Simulated(string configuration)
    {
        var file = JsonNode.Parse(configuration)!.AsObject();
        file.Remove("readers");
        file["terminal"]!["keyFolder"] = "hall-box-keys";
        file["behaviour"] = new JsonObject { ["offline"] = false };
        file["simulated"] = new JsonObject { ["enabled"] = true };
        return file.ToJsonString(s_written);
    }
}
