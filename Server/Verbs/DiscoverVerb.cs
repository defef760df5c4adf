using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.Verbs;

/// <summary><c>device discover</c>: looks for printers in address ranges, gently, and prints what answers as it is found.</summary>
internal static class DiscoverVerb
{
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The command to hang below <c>device</c>. Its exit status: 0 something that counts pages was found, 1 nothing, 2 wrong usage.</summary>
    public static Command Create(TextWriter output, TextWriter error, TimeProvider time, Func<ProfileLibrary> profiles)
    {
        var ranges = new Argument<string[]>("range") { Arity = ArgumentArity.OneOrMore, Description = "192.0.2.0/24, 192.0.2.10-60, 192.0.2.7, a host name; IPv6 too" };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => new SweepOptions().PerSecond, Description = "New addresses a second, 1 to 1000" };
        var timeout = new Option<double>("--timeout") { DefaultValueFactory = _ => 1, Description = "Seconds that an address is waited for, twice" };
        var format = new Option<string>("--format") { DefaultValueFactory = _ => "table", Description = "table, json (one line each) or csv (for 'import devices')" };
        var all = new Option<bool>("--all") { Description = "Show what is no printer too" };
        var snmp = new SnmpArguments();
        var command = new Command("discover", "Looks for printers in address ranges and prints what answers") { ranges, rate, timeout, format, all };
        snmp.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(parsed.GetValue(ranges)!, snmp.Read(parsed), parsed.GetValue(rate), parsed.GetValue(timeout), parsed.GetValue(format)!, parsed.GetValue(all)),
            profiles(), output, error, time, cancellationToken));
        return command;
    }

    internal static async Task<int> RunAsync(Request request, ProfileLibrary library, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        var (ranges, bad) = await NamedRanges.ParseAsync(request.Ranges, Dns.GetHostAddressesAsync, cancellationToken);
        if (ranges is null || (bad = request.Fault()) is not null)
        {
            await error.WriteLineAsync(bad);
            return 2;
        }

        using var client = new UdpSnmpClient(time, new SnmpClientOptions());
        var sweep = new DiscoverySweep(
            client, library, time, new SweepOptions { PerSecond = request.Rate, Timeout = TimeSpan.FromSeconds(request.Timeout) });
        if (request.Format == "csv")
        {
            await output.WriteLineAsync("name,address,port,snmpVersion");
        }

        var (metered, others) = (0, 0);
        await foreach (var device in sweep.RunAsync(ranges, address => [request.Snmp.At(address)], cancellationToken))
        {
            (metered, others) = device.Classification.IsMetered ? (metered + 1, others) : (metered, others + 1);
            if (device.Classification.IsMetered || request.All)
            {
                await output.WriteLineAsync(request.Format switch { "json" => Json(device), "csv" => Csv(device), _ => Line(device) });
            }
        }

        var progress = sweep.Progress;
        foreach (var (address, reason) in progress.Refused)
        {
            await error.WriteLineAsync($"{address}: {reason}");
        }

        await error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{progress.Asked} addresses asked, {progress.Answered} answered: {metered} that count pages, {others} others, {progress.Refused.Length} that refused"));
        return metered > 0 ? 0 : 1;
    }

    private static string Line(DiscoveredDevice device)
    {
        var identity = device.Report.Identity;
        return $"{device.Address,-15}  {Word(device.Classification.Kind),-12}  {identity.Maker} {identity.Model}  {identity.Serial}  {device.Classification.Reason}";
    }

    private static string Json(DiscoveredDevice device)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_writing))
        {
            DiscoveredJson.Write(writer, device);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Csv(DiscoveredDevice device)
    {
        var identity = device.Report.Identity;
        var name = identity.HostName ?? string.Join(' ', new[] { identity.Model, identity.Serial }.OfType<string>());
        name = name.Length == 0 ? device.Address.ToString() : name;
        // A name that a spreadsheet would take for a formula, or that holds the separator, is quoted and made harmless.
        name = name[0] is '=' or '+' or '-' or '@' ? "_" + name : name;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{device.Address},{device.Port},{DiscoveredJson.VersionOf(device)}");
    }

    private static string Word(DeviceKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>The arguments.</summary>
    internal sealed record Request(IReadOnlyList<string> Ranges, SnmpAccess Snmp, int Rate, double Timeout, string Format, bool All)
    {
        /// <summary>What is wrong with them, in one line that names the option; null when nothing is.</summary>
        public string? Fault() =>
            Snmp.Fault() is { } fault ? fault
            : Rate is < 1 or > 1000 ? "--rate: from 1 to 1000 addresses a second"
            : Timeout is not (>= 0.05 and <= 60) ? "--timeout: from 0.05 to 60 seconds"
            : Format is not ("table" or "json" or "csv") ? "--format: table, json or csv"
            : null;
    }
}
