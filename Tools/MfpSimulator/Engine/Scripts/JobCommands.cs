using System.Text.Json;
using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary><c>copy, bypass-copy, print, scan, fax, fax-send [pages= copies= color= size= duplex= user=]</c> and <c>cancel JOB</c>.</summary>
internal static class JobCommands
{
    public static JsonObject? Try(SimulatedMfp device, ScriptCommand command)
    {
        if (command.Verb == "cancel") return device.Cancel(command.Word()) ? [] : new JsonObject { ["ok"] = false, ["error"] = "noSuchJob" };
        if (FunctionOf(command.Verb) is not { } function) return null;
        return device.Submit(Request(command, function)) switch
        {
            JobAnswer.Accepted accepted => new JsonObject { ["job"] = accepted.JobId },
            JobAnswer.Refused refused => new JsonObject { ["ok"] = false, ["error"] = JsonNamingPolicy.CamelCase.ConvertName(refused.Reason.ToString()) },
            _ => throw new InvalidOperationException("No such answer."),
        };
    }

    public static JobColor Color(string text) => text.ToLowerInvariant() switch
    {
        "mono" or "bw" or "black" => JobColor.Mono,
        "color" or "full" or "fullcolor" => JobColor.FullColor,
        "single" or "singlecolor" => JobColor.SingleColor,
        "two" or "twocolor" => JobColor.TwoColor,
        _ => throw new FormatException($"'{text}' is no colour (mono, color, single, two)."),
    };

    /// <summary>A function by the verb that starts it. Throws <see cref="FormatException"/> for another word.</summary>
    public static JobFunction Function(string text) => FunctionOf(text) ?? throw new FormatException($"'{text}' is no function (copy, print, scan, fax, fax-send).");

    private static JobFunction? FunctionOf(string verb) => verb switch
    {
        "copy" or "bypass-copy" => JobFunction.Copy,
        "print" => JobFunction.Print,
        "scan" => JobFunction.Scan,
        "fax" => JobFunction.Fax,
        "fax-send" => JobFunction.FaxSend,
        _ => null,
    };

    private static JobRequest Request(ScriptCommand command, JobFunction function) => new()
    {
        Function = function,
        Pages = (int)Math.Min(command.Number("pages", 1), int.MaxValue),
        Copies = (int)Math.Min(command.Number("copies", 1), int.MaxValue),
        Color = Color(command.Text("color") ?? "mono"),
        Size = PaperSize.Find(command.Text("size") ?? "A4") ?? throw new FormatException($"'{command.Text("size")}' is no paper size; there are: {string.Join(", ", PaperSize.All)}."),
        Duplex = command.Flag("duplex"),
        Who = command.Text("user") ?? "",
        Bypass = command.Verb == "bypass-copy",
    };
}
