using System.Collections.Immutable;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Native;

namespace CopyTrack.Terminal.Panel;

/// <summary>A relay on a serial line that obeys byte strings. The line is opened at the first wish and anew after each failure, so that a cable may be plugged again.</summary>
internal sealed class SerialCommandRelay(PanelOptions.SerialCommands options) : IPanelRelay
{
    private static readonly TimeSpan WriteTime = TimeSpan.FromSeconds(1);
    private ByteDevice? device;

    /// <summary>Sends the command and waits for the acknowledgement, if one is configured; tries again as often as configured.</summary>
    public void Apply(ImmutableArray<string> functions)
    {
        var command = functions.IsEmpty ? options.Lock
            : options.Unlock.FirstOrDefault(unlock => unlock.Functions.All(functions.Contains))?.Bytes ?? options.Lock;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                SendOnce(command);
                return;
            }
            catch (IOException)
            {
                device?.Dispose();
                device = null;
                if (attempt >= (options.Acknowledgement?.Retries ?? 1))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Closes the line.</summary>
    public void Dispose() => device?.Dispose();

    private void SendOnce(ReadOnlyMemory<byte> command)
    {
        var line = device ??= SerialPort.Open(options.Line);
        line.Write(command.Span, WriteTime);
        if (options.Acknowledgement is not { } acknowledgement)
        {
            return;
        }
        var received = new List<byte>();
        Span<byte> buffer = stackalloc byte[64];
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) is var passed && passed < acknowledgement.Timeout && received.Count < 4096)
        {
            received.AddRange(buffer[..line.Read(buffer, acknowledgement.Timeout - passed + TimeSpan.FromMilliseconds(1))]);
            if (received.ToArray().AsSpan().IndexOf(acknowledgement.Bytes.Span) >= 0)
            {
                return;
            }
        }
        throw new DeviceException("the panel relay did not acknowledge the command");
    }
}
