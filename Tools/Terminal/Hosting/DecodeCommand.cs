using System.Globalization;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Readers.Keyboard;
using CopyTrack.Terminal.Readers.Serial;

namespace CopyTrack.Terminal.Hosting;

/// <summary>
/// The verb <c>decode</c>, for whoever sets up a reader: prints what a recording of an input device (<c>cat /dev/input/eventN > FILE</c>) or of a serial line
/// would give, one line for each text. For an input device each line is the text, a blank, and the mean gap between keys in milliseconds.
/// </summary>
internal static class DecodeCommand
{
    private const string Form = "decode keyboard|serial FILE [us|de|fr] [GAP-MILLISECONDS] [END-KEY,...]";

    /// <summary>0; a recording that breaks off in the middle of a text gives nothing for that text, unless pauses end texts.</summary>
    internal static int Run(string[] args)
    {
        if (args is ["serial", var file])
        {
            var lines = new LineDecoder();
            foreach (var card in File.ReadAllBytes(file).Select(lines.Take).OfType<string>())
            {
                Console.Out.WriteLine(card);
            }
            return 0;
        }
        if (args is not ["keyboard", var recording, .. var rest])
        {
            throw new ConfigurationException("usage", Form);
        }
        var gap = int.TryParse(rest.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 500;
        var options = new ReaderOptions.Keyboard(recording, rest.FirstOrDefault() ?? "us", [.. (rest.ElementAtOrDefault(2) ?? "enter,keypadEnter").Split(',')], TimeSpan.FromMilliseconds(gap), false, 1, false, TimeSpan.Zero);
        var decoder = new WedgeDecoder(KeyboardReader.RulesOf(options));
        var bytes = File.ReadAllBytes(recording);
        var size = InputEvent.SizeFor(IntPtr.Size);
        for (var at = 0; at + size <= bytes.Length; at += size)
        {
            Print(decoder.Take(InputEvent.Read(bytes.AsSpan(at, size), IntPtr.Size)));
        }
        Print(decoder.Pause());
        return 0;
    }

    private static void Print(TypedText? typed)
    {
        if (typed is { } text)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{text.Text} {text.MeanGap.TotalMilliseconds:0}"));
        }
    }
}
