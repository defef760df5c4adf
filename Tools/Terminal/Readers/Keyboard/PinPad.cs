using System.Collections.Immutable;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>The loop of a PIN pad.</summary>
internal static class PinPad
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    /// <summary>The decoder that the options describe.</summary>
    internal static PinPadDecoder DecoderOf(PinPadOptions options) => new(KeyLayout.Named(options.Layout), options.LogoutKeys.Select(key => key switch
    {
        "escape" => KeyLayout.Escape, "f1" => KeyLayout.F1, "f12" => KeyLayout.F12, _ => KeyLayout.KeypadMinus,
    }).ToImmutableHashSet());

    /// <summary>Reads until cancelled; throws <see cref="IOException"/> when the device fails.</summary>
    internal static void Run(PinPadOptions options, ReaderSink sink, Action works, CancellationToken cancellationToken)
    {
        using var device = new EvdevDevice(options.Device, options.Exclusive);
        works();
        var decoder = DecoderOf(options);
        while (!cancellationToken.IsCancellationRequested)
        {
            device.Read(record =>
            {
                TerminalInput? input = decoder.Take(record) switch
                {
                    PadAction.Changed changed => new TerminalInput.Typing(changed.Count),
                    PadAction.Entered entered => new TerminalInput.Typed(entered.Text, null),
                    PadAction.Leave => new TerminalInput.Logout("user", null),
                    _ => null,
                };
                if (input is not null)
                {
                    sink(input);
                }
            }, Slice);
        }
    }
}
