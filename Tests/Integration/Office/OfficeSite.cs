using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Panels;

namespace CopyTrack.Integration.Office;

/// <summary>The devices and people of an office, and the files by which a server comes to know them.</summary>
internal sealed class OfficeSite : IDisposable
{
    private static readonly string[] s_models = ["kyocera", "ricoh", "konica", "sharp"], s_totalOnly = ["plain", "hp"];

    private readonly List<(string Name, SimulatedMfp Device, SwitchPanel Panel, bool TotalOnly)> devices = [];

    public OfficeSite(OfficePlan plan, Stream truth)
    {
        Simulator = new Simulator(TimeProvider.System, truth);
        for (var i = 0; i < plan.Devices; i++)
        {
            var totalOnly = i % plan.TotalOnlyEvery == plan.TotalOnlyEvery - 1;
            var model = totalOnly ? s_totalOnly[i / plan.TotalOnlyEvery % s_totalOnly.Length] : s_models[i % s_models.Length];
            var panel = new SwitchPanel();
            var name = string.Create(CultureInfo.InvariantCulture, $"mfp{i:00}-{model}");
            devices.Add((name, Simulator.Add(new MfpSetup { Model = Fast(model), Panel = panel, Serial = $"OFFICE{i:0000}", Seed = plan.Seed + i }), panel, totalOnly));
        }

        People = [.. Enumerable.Range(0, Math.Max(20, plan.Devices * 4)).Select(i => new Person($"person{i:000}", $"04A1B2{i:X8}"))];
    }

    /// <summary>What simulates the devices.</summary>
    public Simulator Simulator { get; }

    /// <summary>The people, each with a card.</summary>
    public IReadOnlyList<Person> People { get; }

    /// <summary>The devices with their panels.</summary>
    public IReadOnlyList<(string Name, SimulatedMfp Device, SwitchPanel Panel, bool TotalOnly)> Devices => devices;

    /// <summary>Makes everything known to the server and returns the enrolment codes.</summary>
    public async Task<IReadOnlyList<JsonObject>> ImportAsync(OfficeServer server, string directory)
    {
        await server.RunAsync(["import", "devices", await FileAsync("devices.csv", "name,address,port,snmpVersion,community", devices.Select(d => $"{d.Name},127.0.0.1,{d.Device.EndPoint!.Port},2c,public"))]);
        await server.RunAsync(["import", "users", await FileAsync("users.csv", "username,displayName,cards", People.Select(p => $"{p.Name},{p.Name} of the office,{p.Card}"))]);
        var codes = await server.RunAsync(["terminal", "enrol-code", "--file", await FileAsync("terminals.csv", "name,device,model", devices.Select(d => $"t-{d.Name},{d.Name},reference"))]);
        return [.. codes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

        async Task<string> FileAsync(string file, string header, IEnumerable<string> lines)
        {
            var path = Path.Combine(directory, file);
            await File.WriteAllLinesAsync(path, [header, .. lines]);
            return path;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Simulator.Dispose();

    /// <summary>A built-in model with an engine that makes a day short; what it answers stays as it is.</summary>
    private static MfpModel Fast(string name)
    {
        using var resource = typeof(MfpModel).Assembly.GetManifestResourceStream("model:" + name)!;
        var json = JsonNode.Parse(resource, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!;
        var engine = json["engine"]!;
        (engine["pagesPerMinute"], engine["scansPerMinute"], engine["firstPageSeconds"], engine["warmUpSeconds"]) = (120, 120, 0.8, 1);
        using var changed = new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString()));
        return MfpModel.FromJson(changed);
    }
}
