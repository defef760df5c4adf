using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;

namespace CopyTrack.Server.Verbs;

/// <summary><c>device probe</c>: reads a device, or a recorded walk, once, and prints what it is and counts as JSON (docs/operations.md).</summary>
internal static class ProbeVerb
{
    /// <summary>The command to hang below <c>device</c>. Its exit status: 0 a printer, 1 something else, 2 wrong usage, 3 no answer.</summary>
    public static Command Create(TextWriter output, TextWriter error, TimeProvider time)
    {
        var address = new Argument<string?>("address") { Arity = ArgumentArity.ZeroOrOne, Description = "Host name or address of the device" };
        var snmp = new SnmpArguments();
        var profile = new Option<string?>("--profile") { Description = "Meter profile to use instead of the one that fits" };
        var walk = new Option<string?>("--walk") { Description = "A recorded device (.snmprec) instead of a live one" };
        var large = new Option<double>("--large-area") { DefaultValueFactory = _ => 80_000, Description = "Area in mm² above which paper is large" };
        var command = new Command("probe", "Reads a device once and prints what it is and what it counts") { address, profile, walk, large };
        snmp.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(parsed.GetValue(address), snmp.Read(parsed), parsed.GetValue(profile), parsed.GetValue(walk), parsed.GetValue(large)),
            output, error, time, cancellationToken));
        return command;
    }

    internal static async Task<int> RunAsync(Request request, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Fault() is { } fault)
        {
            await error.WriteLineAsync(fault);
            return 2;
        }

        return request.Walk is { } file
            ? await RunRecordedAsync(file, request, output, error, time, cancellationToken)
            : await RunLiveAsync(request, output, error, time, cancellationToken);
    }

    private static async Task<int> RunRecordedAsync(
        string file, Request request, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        SnmpRecording recording;
        try
        {
            recording = SnmpRecording.LoadWithContexts(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await error.WriteLineAsync($"--walk: {e.Message}");
            return 2;
        }

        var warnings = recording.Warnings.Select(w => $"line {w.Line}: {w.Reason}");
        var nowhere = SnmpTarget.V2c(IPAddress.Loopback, 161, "");
        return await PrintAsync(new RecordedSnmp(recording, time), nowhere, request, null, [.. warnings], output, error, cancellationToken);
    }

    private static async Task<int> RunLiveAsync(
        Request request, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        IPAddress? address;
        try
        {
            address = IPAddress.TryParse(request.Address, out var literal)
                ? literal : (await Dns.GetHostAddressesAsync(request.Address!, cancellationToken)).FirstOrDefault();
        }
        catch (SocketException)
        {
            address = null;
        }

        if (address is null)
        {
            await error.WriteLineAsync($"address: '{request.Address}' has no address");
            return 3;
        }

        using var client = new UdpSnmpClient(time, new SnmpClientOptions { Sockets = 1 });
        return await PrintAsync(client, request.Snmp.At(address), request, time.GetUtcNow(), [], output, error, cancellationToken);
    }

    private static async Task<int> PrintAsync(
        ISnmpClient client, SnmpTarget target, Request request, DateTimeOffset? now, string[] warnings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var probe = new DeviceProbe(client, ProfileLibrary.BuiltIn) { LargeArea = request.LargeArea };
        switch (await probe.RunAsync(target, request.Profile, now, cancellationToken))
        {
            case ProbeOutcome.Seen seen:
                await output.WriteLineAsync((seen.Report with { Warnings = [.. warnings, .. seen.Report.Warnings] }).ToJson());
                return seen.Report.Error is null ? 0 : 1;
            case ProbeOutcome.Unreachable unreachable:
                await error.WriteLineAsync($"{target.Address}:{target.Port}: {unreachable.Reason}");
                return 3;
            default:
                throw new InvalidOperationException("an outcome that is none");
        }
    }

    /// <summary>The arguments.</summary>
    internal sealed record Request(string? Address, SnmpAccess Snmp, string? Profile, string? Walk, double LargeArea)
    {
        /// <summary>What is wrong with them, in one line that names the option; null when nothing is.</summary>
        public string? Fault() =>
            (Address is null) == (Walk is null) ? "either an address or --walk must be given"
            : Snmp.Fault() is { } fault ? fault
            : !(LargeArea > 0) ? "--large-area: must be positive"
            : !string.IsNullOrEmpty(Profile) && ProfileLibrary.BuiltIn.Find(Profile) is null ? $"--profile: there is no profile '{Profile}'"
            : null;
    }
}
