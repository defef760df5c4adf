using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Readers;

/// <summary>Runs a device on a thread of its own and starts it again when it was unplugged. A fault is told once, until the device works again.</summary>
internal static class DeviceLoop
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Ends when <paramref name="cancellationToken"/> does. <paramref name="body"/> gets an action that it calls once the device works; it returns or throws <see cref="IOException"/> when the device fails.</summary>
    internal static Task RunAsync(string device, Action<Action, CancellationToken> body, ReaderSink sink, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            string? told = null;
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    body(() =>
                    {
                        sink(new TerminalInput.DeviceNotice(device, "works", false));
                        told = null;
                    }, cancellationToken);
                }
                catch (Exception fault) when (fault is IOException or DllNotFoundException or EntryPointNotFoundException)
                {
                    if (told != fault.Message)
                    {
                        told = fault.Message;
                        sink(new TerminalInput.DeviceNotice(device, fault.Message, true));
                    }
                }
                cancellationToken.WaitHandle.WaitOne(Pause);
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
