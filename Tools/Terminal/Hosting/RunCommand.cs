using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Enrolment;
using CopyTrack.Terminal.Machine;
using CopyTrack.Terminal.Offline;
using CopyTrack.Terminal.Pkcs11;
using CopyTrack.Terminal.Readers;
using CopyTrack.Terminal.Simulation;

namespace CopyTrack.Terminal.Hosting;

/// <summary>The verb <c>run</c>: wires the terminal and runs it until a signal, <c>quit</c>, or the end of standard input in simulated mode.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromHours(1);

    /// <summary>Exit status 0 after a clean end with the panel locked.</summary>
    [SuppressMessage("Reliability", "CA2025", Justification = "the script ends with the host, before it is disposed; one that waits on standard input ends with the process")]
    internal static async Task<int> RunAsync(TerminalOptions options, bool withEvents)
    {
        var time = TimeProvider.System;
        var folder = new KeyFolder(options.Terminal.KeyFolder);
        folder.Prepare();
        await using var output = Console.OpenStandardOutput();
        var lines = new EventLines(output, time);
        var watch = new EventWatch();
        ScriptRunner? script = null;
        using var host = new TerminalHost(
            options, folder, new CardVault(folder), new OfflineJournal(folder), new LogoutStore(folder), withEvents || options.Simulated.Enabled ? lines : null,
            watch.Saw, (tag, good, facts) => script?.Answered(tag, good, facts), time);
        var cards = options.SmartCards is { } smart ? new SmartCardPort(smart, watch: !options.Simulated.Enabled, host.TryPost) : null;
        host.SmartCards = cards;
        script = new ScriptRunner(host.TryPost, lines, watch, time, tag => cards?.Read(tag));

        using var stopping = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            host.TryPost(new TerminalInput.Stop());
        }
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        var readers = CardReaders.RunAsync(options, input => host.TryPost(input), stopping.Token);
        var watching = cards?.RunAsync(stopping.Token) ?? Task.CompletedTask;
        var renewing = RenewAsync(new Enroller(options, folder, time), time, stopping.Token);
        var scripting = options.Simulated.Enabled ? Task.Run(() => ScriptAsync(options.Simulated, script, host, stopping.Token), stopping.Token) : Task.CompletedTask;
        await host.RunAsync();
        await stopping.CancelAsync();
        await readers;
        await watching;
        await renewing;
        if (options.Simulated.Script.Length > 0)
        {
            await scripting;
        }
        lines.Write("event", "stopped", []);
        return 0;
    }

    private static async Task ScriptAsync(SimulationOptions options, ScriptRunner runner, TerminalHost host, CancellationToken cancellationToken)
    {
        try
        {
            using var input = options.Script.Length > 0 ? new StreamReader(options.Script) : new StreamReader(Console.OpenStandardInput());
            if (await runner.RunAsync(input, cancellationToken) || options.Script.Length == 0)
            {
                host.TryPost(new TerminalInput.Stop());
            }
        }
        catch (OperationCanceledException)
        {
            // The terminal ends before its script does.
        }
        catch (IOException fault)
        {
            Log.Warning($"the script can't be read: {fault.Message}");
            host.TryPost(new TerminalInput.Stop());
        }
    }

    private static async Task RenewAsync(Enroller enroller, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await enroller.RenewIfDueAsync(cancellationToken))
                {
                    Log.Information("the certificate was renewed");
                }
                await Task.Delay(RenewEvery, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault) when (fault is EnrolmentException or IOException or CryptographicException or UnauthorizedAccessException)
            {
                Log.Warning($"the certificate could not be renewed: {fault.Message}");
                await Task.Delay(RenewEvery, time, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }
}
