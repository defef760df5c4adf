using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Panels;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>
/// <c>panel unlock F,F | lock | open</c>, <c>jam</c>, <c>clear</c>, <c>paper-out</c>, <c>paper-in</c>, <c>supplies</c>, <c>sleep</c>, <c>power-cycle [seconds=]</c>,
/// <c>board-swap [value= serial= seconds=]</c>, <c>near-wrap [pages= all=]</c>, <c>lag TIME-TIME|none [end= together=]</c>, <c>set oid= tag= value=</c>.
/// </summary>
internal static class DeviceCommands
{
    public static JsonObject? Try(SimulatedMfp device, ScriptCommand command)
    {
        var off = command.Time("seconds", TimeSpan.FromSeconds(20));
        switch (command.Verb)
        {
            case "panel":
                return Panel(device, command);
            case "jam":
                device.Jam();
                break;
            case "clear" or "resume":
                device.Clear();
                device.LoadPaper();
                break;
            case "paper-out":
                device.EmptyTrays();
                break;
            case "paper-in":
                device.LoadPaper();
                break;
            case "supplies":
                device.ReplaceSupplies();
                break;
            case "sleep":
                device.Sleep();
                break;
            case "power-cycle":
                device.PowerCycle(off);
                break;
            case "board-swap":
                device.SwapBoard(command.Number("value", 0), command.Text("serial"), off);
                break;
            case "near-wrap":
                device.PutNearWrap(command.Number("pages", 10), command.Flag("all"));
                break;
            case "lag":
                device.Lag = Script.Lag(command.Word()) with { AtJobEnd = command.Flag("end"), Together = command.Flag("together") };
                break;
            case "set":
                var isThere = device.Lie(command.Text("oid") ?? throw new FormatException("set needs oid=."), $"{command.Text("tag") ?? "2"}|{command.Text("value") ?? ""}");
                return isThere ? [] : new JsonObject { ["ok"] = false, ["error"] = "noSuchObject" };
            default:
                return null;
        }

        return new JsonObject { ["state"] = StatusCommands.Name(device.State) };
    }

    /// <summary>Names as terminals use them: copy, copyColor, scan, fax, print; comma between.</summary>
    public static PanelFunctions Functions(string text)
    {
        var functions = PanelFunctions.None;
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            functions |= Enum.TryParse<PanelFunctions>(word, ignoreCase: true, out var one) && !char.IsAsciiDigit(word[0]) ? one : throw new FormatException($"'{word}' is no function (copy, copyColor, scan, fax, print).");
        return functions;
    }

    private static JsonObject Panel(SimulatedMfp device, ScriptCommand command)
    {
        switch (command.Word())
        {
            case "open":
                device.Panel = new OpenPanel();
                break;
            case "lock":
                Switch(device).Lock();
                break;
            case "unlock":
                Switch(device).Unlock(command.Words.Count > 1 ? Functions(command.Words[1]) : PanelFunctions.All);
                break;
            default:
                throw new FormatException("panel takes unlock, lock or open.");
        }

        return new JsonObject { ["panel"] = StatusCommands.Name(device.Panel.Unlocked) };
    }

    private static SwitchPanel Switch(SimulatedMfp device)
    {
        if (device.Panel is not SwitchPanel panel) device.Panel = panel = new SwitchPanel();
        return panel;
    }
}
