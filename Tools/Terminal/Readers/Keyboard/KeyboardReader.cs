using System.Collections.Immutable;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>The loop of a keyboard-like reader: bytes to records to card texts.</summary>
internal static class KeyboardReader
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    /// <summary>The rules that the options describe.</summary>
    internal static WedgeRules RulesOf(ReaderOptions.Keyboard options) => new(
        KeyLayout.Named(options.Layout),
        options.EndKeys.Select(key => key switch { "enter" => KeyLayout.Enter, "keypadEnter" => KeyLayout.KeypadEnter, "tab" => KeyLayout.Tab, _ => (ushort)0 }).Where(code => code != 0).ToImmutableHashSet(),
        options.InterKey, options.EndKeys.Contains("pause"));

    /// <summary>Reads until cancelled; throws <see cref="IOException"/> when the device fails.</summary>
    internal static void Run(ReaderOptions.Keyboard options, ReaderSink sink, Action works, CancellationToken cancellationToken)
    {
        using var device = new EvdevDevice(options.Device, options.Exclusive);
        works();
        var decoder = new WedgeDecoder(RulesOf(options));
        var quietSince = TimeProvider.System.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            var any = false;
            device.Read(record =>
            {
                any = true;
                if (decoder.Take(record) is { } typed)
                {
                    Give(typed, options, sink);
                }
            }, Slice);
            if (any)
            {
                quietSince = TimeProvider.System.GetTimestamp();
            }
            else if (decoder.IsMidText && TimeProvider.System.GetElapsedTime(quietSince) > options.InterKey && decoder.Pause() is { } typed)
            {
                Give(typed, options, sink);
            }
        }
    }

    private static void Give(TypedText typed, ReaderOptions.Keyboard options, ReaderSink sink)
    {
        if (options.SharedWithPinPad && typed.MeanGap > options.Burst)
        {
            sink(new TerminalInput.Typed(typed.Text, null));
        }
        else if (typed.Text.Length >= options.MinLength)
        {
            sink(new TerminalInput.CardShown(typed.Text, null));
        }
    }
}
