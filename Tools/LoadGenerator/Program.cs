using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using CopyTrack.LoadGenerator;
using CopyTrack.LoadGenerator.Enrolment;
using CopyTrack.LoadGenerator.Loads;

if (args.Length == 0 || args[0] is "--help" or "-h")
{
    Console.WriteLine(Options.Usage);
    return args.Length == 0 ? 2 : 0;
}

try
{
    using var stopping = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    var options = Options.Parse(args[1..]);
    await (args[0] switch
    {
        "inputs" => InputFiles.WriteAsync(options, stopping.Token),
        "enrol" => EnrolmentRun.RunAsync(options, stopping.Token),
        "silent" => SilentAddress.RunAsync(options, stopping.Token),
        "idle" => IdleLoad.RunAsync(options, stopping.Token),
        "logins" => LoginLoad.RunAsync(options, stopping.Token),
        "decisions" => DecisionLoad.RunAsync(options, stopping.Token),
        "passwords" => DecisionLoad.RunAsync(options, stopping.Token, byPassword: true),
        "receipts" => ReceiptLoad.RunAsync(options, stopping.Token),
        "agents" => AgentLoad.RunAsync(options, stopping.Token),
        "opens" => OpenLoad.RunAsync(options, stopping.Token),
        var other => throw new FormatException($"{other} is no load; --help tells them."),
    });
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stopping.Cancel();
    }
}
catch (OperationCanceledException)
{
    return 0;
}
catch (Exception e) when (e is FormatException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"load-generator: {e.Message}");
    return 2;
}
catch (Exception e) when (e is IOException or SocketException or HttpRequestException or AuthenticationException or InvalidDataException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"load-generator: {e.Message}");
    return 3;
}
