using System.Collections.Immutable;

namespace CopyTrack.Accounting.Usb;

/// <summary>What a printer on USB says that it is (IEEE 1284 device id: <c>MFG:…;MDL:…;CMD:PCL,PJL;SERN:…;</c>).</summary>
/// <param name="Maker">MFG, or null.</param>
/// <param name="Model">MDL, or null.</param>
/// <param name="Serial">SERN or SN, or null.</param>
/// <param name="Commands">CMD: the languages that it takes, in upper case.</param>
public sealed record UsbDeviceId(string? Maker, string? Model, string? Serial, ImmutableArray<string> Commands)
{
    private const int Longest = 1024, MostCommands = 64;

    /// <summary>True when it may be asked in PJL; what does not name it must not be sent any, because it would print it.</summary>
    public bool SpeaksPjl => Commands.Contains("PJL");

    /// <summary>Reads one; what is not in it is null. Never throws.</summary>
    public static UsbDeviceId Parse(string text)
    {
        string? maker = null, model = null, serial = null;
        ImmutableArray<string> commands = [];
        foreach (var item in (text.Length > Longest ? text[..Longest] : text).Split(';'))
        {
            if (item.Split(':', 2) is not [var name, var value] || UsbText.Clean(value) is not { } clean)
            {
                continue;
            }

            switch (name.Trim().ToUpperInvariant())
            {
                case "MFG" or "MANUFACTURER":
                    maker ??= clean;
                    break;
                case "MDL" or "MODEL":
                    model ??= clean;
                    break;
                case "SERN" or "SN" or "SERIALNUMBER":
                    serial ??= clean;
                    break;
                case "CMD" or "COMMAND SET":
                    commands = [.. clean.ToUpperInvariant().Split(',', MostCommands, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
                    break;
            }
        }

        return new UsbDeviceId(maker, model, serial, commands);
    }
}
