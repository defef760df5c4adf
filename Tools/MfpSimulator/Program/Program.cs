using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.MfpSimulator.Program;
using CopyTrack.MfpSimulator.Scripts;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(Options.Usage);
    return 0;
}

try
{
    var options = Options.Parse(args);
    if (options.List)
    {
        foreach (var name in MfpModel.BuiltInNames) Console.WriteLine(name);
        return 0;
    }

    return await RunAsync(options);
}
catch (Exception e) when (e is FormatException or ArgumentException or IOException or UnauthorizedAccessException or SocketException or JsonException)
{
    await Console.Error.WriteLineAsync($"mfp-simulator: {e.Message}");
    return 2;
}

static async Task<int> RunAsync(Options options)
{
    using var simulator = new Simulator(TimeProvider.System, options.Truth is { } truth ? new FileStream(truth, FileMode.Create, FileAccess.Write, FileShare.Read) : null);
    using var stopping = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    foreach (var device in AddDevices(simulator, options))
        Console.WriteLine($"ready {device.EndPoint} device={device.Number} model={device.Model.Name} serial={device.Serial ?? "-"} objects={device.Model.Objects} counters={device.Model.Counters.Count}");
    var interpreter = new CommandInterpreter(simulator, answer => Console.Error.WriteLine(answer));
    using var control = options.Control is { } port ? new ControlPort(interpreter, port) : null;
    if (control is not null) Console.WriteLine($"control {control.EndPoint}");
    try
    {
        if (options.Script is { } script)
            foreach (var failure in await interpreter.RunAsync(await File.ReadAllLinesAsync(script, stopping.Token), stopping.Token)) await Console.Error.WriteLineAsync(failure);
        await ObeyAsync(interpreter, options, stopping.Token);
    }
    catch (OperationCanceledException)
    {
        return 0;
    }

    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stopping.Cancel();
    }
}

static async Task ObeyAsync(CommandInterpreter interpreter, Options options, CancellationToken cancellationToken)
{
    await using var input = Console.OpenStandardInput();
    using var reader = new LineReader(input);
    while (await Task.Run(() => reader.ReadAsync(cancellationToken), cancellationToken).WaitAsync(cancellationToken) is { } line)
    {
        if (line.Trim() is "quit" or "exit") return;
        if (await interpreter.ExecuteAsync(line, cancellationToken) is { } answer) Console.WriteLine(answer);
    }

    if (!options.UntilEof) await Task.Delay(Timeout.Infinite, cancellationToken);
}

static IEnumerable<SimulatedMfp> AddDevices(Simulator simulator, Options options)
{
    MfpModel[] models = [.. options.Walks.Select(w => MfpModel.FromWalk(w)), .. options.Models.Select(MfpModel.BuiltIn)];
    if (models.Length == 0) models = [MfpModel.BuiltIn("kyocera")];
    var count = Math.Max(options.Count, options.Count == 0 ? models.Length : 0);
    var spreads = options.Port != 0 && !options.SameAddress;
    for (var i = 0; i < count; i++)
    {
        var model = models[i % models.Length];
        yield return simulator.Add(new MfpSetup
        {
            Model = model,
            Address = spreads ? Next(options.Address, i) : options.Address,
            Port = options.Port == 0 || spreads ? options.Port : options.Port + i,
            Community = options.Community,
            Serial = (options.Serial, count) switch { (null, 1) => null, ({ } only, 1) => only, var (name, _) => $"{name ?? "SIM"}{i + 1:D5}" },
            Seed = options.Seed,
            Lag = options.Lag,
            Panel = options.Locked ? new SwitchPanel() : new OpenPanel(),
        });
    }
}

static IPAddress Next(IPAddress first, int step)
{
    var bytes = first.GetAddressBytes();
    var number = ((bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) + step;
    return new IPAddress([127, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
}
