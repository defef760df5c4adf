using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Readers.Keyboard;
using CopyTrack.Terminal.Readers.Serial;
using CopyTrack.Terminal.Readers.SmartCards;

namespace CopyTrack.Terminal.Readers;

/// <summary>Starts the readers and the PIN pad that the configuration names.</summary>
internal static class CardReaders
{
    /// <summary>Runs all until cancelled; each starts again by itself when it fails.</summary>
    internal static Task RunAsync(TerminalOptions options, ReaderSink sink, CancellationToken cancellationToken)
    {
        var loops = options.Readers.Select(reader => reader switch
        {
            ReaderOptions.Keyboard keyboard => DeviceLoop.RunAsync(keyboard.Device, (works, token) => KeyboardReader.Run(keyboard, sink, works, token), sink, cancellationToken),
            ReaderOptions.SmartCard card => DeviceLoop.RunAsync("pcsc", new SmartCardReader(card, sink).Run, sink, cancellationToken),
            ReaderOptions.Serial serial => DeviceLoop.RunAsync(serial.Line.Device, (works, token) => SerialReader.Run(serial, sink, works, token), sink, cancellationToken),
            _ => Task.CompletedTask,
        }).ToList();
        if (options.PinPad is { } pad)
        {
            loops.Add(DeviceLoop.RunAsync(pad.Device, (works, token) => PinPad.Run(pad, sink, works, token), sink, cancellationToken));
        }
        return Task.WhenAll(loops);
    }
}
