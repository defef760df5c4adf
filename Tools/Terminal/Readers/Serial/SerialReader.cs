using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Machine;
using CopyTrack.Terminal.Native;

namespace CopyTrack.Terminal.Readers.Serial;

/// <summary>The loop of a reader that writes a line for each card.</summary>
internal static class SerialReader
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads until cancelled; throws <see cref="IOException"/> when the line fails.</summary>
    internal static void Run(ReaderOptions.Serial options, ReaderSink sink, Action works, CancellationToken cancellationToken)
    {
        using var line = SerialPort.Open(options.Line);
        works();
        var decoder = new LineDecoder();
        Span<byte> buffer = stackalloc byte[256];
        while (!cancellationToken.IsCancellationRequested)
        {
            var count = line.Read(buffer, Slice);
            foreach (var value in buffer[..count])
            {
                if (decoder.Take(value) is { } card && card.Length >= options.MinLength)
                {
                    sink(new TerminalInput.CardShown(card, null));
                }
            }
        }
    }
}
