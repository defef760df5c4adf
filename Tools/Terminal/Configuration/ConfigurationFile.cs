using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace CopyTrack.Terminal.Configuration;

/// <summary>Reads the configuration file: JSON with comments and trailing commas, every key checked.</summary>
internal static class ConfigurationFile
{
    private const int MaxBytes = 256 * 1024;
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };
    private static readonly SearchValues<char> NotInIds = SearchValues.Create(" :/\r\n\t");
    private static readonly string[] Functions = ["copy", "copyColor", "scan", "fax", "print"];

    /// <summary>The options in the file. Throws <see cref="ConfigurationException"/> with key and reason when the file is missing, no JSON, or wrong.</summary>
    internal static TerminalOptions Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new ConfigurationException("file", "is larger than 256 KiB");
            }
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            return Read(new Section(document.RootElement, ""), Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (JsonException fault)
        {
            throw new ConfigurationException("file", $"is not JSON (line {fault.LineNumber + 1})");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException("file", $"can't be read: {fault.Message}");
        }
    }

    private static TerminalOptions Read(Section root, string folder)
    {
        var simulated = ReadSimulated(root.Below("simulated"), folder);
        var options = new TerminalOptions(
            ReadServer(root.Below("server") ?? throw root.Bad("server", "is missing")),
            ReadIdentity(root.Below("terminal") ?? throw root.Bad("terminal", "is missing"), folder),
            [.. root.List("readers").Select(ReadReader)],
            ReadPinPad(root.Below("pinPad")),
            ReadPanel(root.Below("panel")),
            ReadBehaviour(root.Below("behaviour")),
            simulated,
            ReadSmartCards(root.Below("smartCards")));
        root.Done();
        return options.Readers.IsEmpty && options.SmartCards is null && !simulated.Enabled
            ? throw root.Bad("readers", "names no reader, there are no smartCards, and simulated.enabled is not set")
            : options;
    }

    private static ServerOptions ReadServer(Section section)
    {
        var url = section.Text("enrolmentUrl", "");
        Uri? parsed = null;
        if (url.Length > 0 && (!Uri.TryCreate(url, UriKind.Absolute, out parsed) || parsed.Scheme != Uri.UriSchemeHttps))
        {
            throw section.Bad("enrolmentUrl", "must be an https address, for example https://copytrack.example:8443");
        }
        var fingerprint = Fingerprint.Normalise(section.Text("caFingerprint", ""));
        if (fingerprint.Length > 0 && !Fingerprint.IsValid(fingerprint))
        {
            throw section.Bad("caFingerprint", "must be a SHA-256 fingerprint: 64 hexadecimal digits");
        }
        var options = new ServerOptions(section.Text("host"), section.Number("port", 7443, 1, 65535), parsed, fingerprint);
        section.Done();
        return options;
    }

    private static IdentityOptions ReadIdentity(Section section, string folder)
    {
        var id = section.Text("id");
        if (id.Length > 64 || id.AsSpan().ContainsAny(NotInIds))
        {
            throw section.Bad("id", "must have at most 64 characters, without blanks, colons and slashes");
        }
        var options = new IdentityOptions(id, Path.Combine(folder, section.Text("keyFolder")), section.Text("vendor", "CopyTrack"), section.Text("model", "reference"));
        section.Done();
        return options;
    }

    private static ReaderOptions ReadReader(Section section)
    {
        ReaderOptions reader = section.Word("kind", null, "keyboard", "pcsc", "serial") switch
        {
            "keyboard" => new ReaderOptions.Keyboard(
                section.Text("device"), section.Word("layout", "us", "us", "de", "fr"),
                section.Words("endKeys", ["enter", "keypadEnter"], "enter", "keypadEnter", "tab", "pause"),
                TimeSpan.FromMilliseconds(section.Number("interKeyMilliseconds", 500, 20, 10_000)), section.Flag("exclusive", true),
                section.Number("minLength", 4, 1, 64), section.Flag("sharedWithPinPad", false), TimeSpan.FromMilliseconds(section.Number("burstMilliseconds", 35, 1, 1000))),
            "pcsc" => new ReaderOptions.SmartCard(section.Text("name", "")),
            _ => new ReaderOptions.Serial(ReadLine(section), section.Number("minLength", 4, 1, 64)),
        };
        section.Done();
        return reader;
    }

    private static PinPadOptions? ReadPinPad(Section? section)
    {
        if (section is null)
        {
            return null;
        }
        var options = new PinPadOptions(
            section.Text("device"), section.Word("layout", "us", "us", "de", "fr"), section.Flag("exclusive", true), section.Words("logoutKeys", ["escape"], "escape", "f1", "f12", "keypadMinus"), section.Flag("letters", false));
        section.Done();
        return options;
    }

    private static SmartCardOptions? ReadSmartCards(Section? section)
    {
        if (section is null)
        {
            return null;
        }
        var options = new SmartCardOptions(section.Text("module"), section.Text("token", ""), TimeSpan.FromMilliseconds(section.Number("pollMilliseconds", 500, 100, 10_000)));
        section.Done();
        return options;
    }

    private static SerialOptions ReadLine(Section section)
    {
        int[] speeds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200];
        var baud = section.Number("baud", 9600, 1200, 115200);
        return speeds.Contains(baud)
            ? new SerialOptions(section.Text("device"), baud, section.Number("dataBits", 8, 7, 8), section.Word("parity", "none", "none", "even", "odd")[0], section.Number("stopBits", 1, 1, 2))
            : throw section.Bad("baud", $"must be one of {string.Join(", ", speeds)}");
    }

    private static PanelOptions ReadPanel(Section? section)
    {
        if (section is null)
        {
            return new PanelOptions.None();
        }
        PanelOptions panel = section.Word("kind", null, "none", "serialCommands", "controlLines", "tcp") switch
        {
            "serialCommands" => new PanelOptions.SerialCommands(ReadLine(section), [.. section.List("unlock").Select(ReadUnlock)], section.Bytes("lock"), ReadAcknowledgement(section.Below("acknowledge"))),
            "controlLines" => new PanelOptions.ControlLines(section.Text("device"), [.. section.List("lines").Select(ReadControlLine)]),
            "tcp" => new PanelOptions.Tcp(
                section.Text("host"), section.Number("port", 0, 1, 65535), section.Text("unlock"), section.Text("lock"), section.Text("expect", ""),
                TimeSpan.FromMilliseconds(section.Number("timeoutMilliseconds", 2000, 50, 30_000))),
            _ => new PanelOptions.None(),
        };
        if (panel is PanelOptions.SerialCommands { Unlock.IsEmpty: true })
        {
            throw section.Bad("unlock", "must name at least one command");
        }
        if (panel is PanelOptions.ControlLines { Lines.IsEmpty: true })
        {
            throw section.Bad("lines", "must name at least one line");
        }
        if (panel is PanelOptions.Tcp { Port: 0 })
        {
            throw section.Bad("port", "is missing");
        }
        section.Done();
        return panel;
    }

    private static UnlockCommand ReadUnlock(Section section)
    {
        var command = new UnlockCommand(section.Words("functions", [], Functions), section.Bytes("send"));
        section.Done();
        return command;
    }

    private static Acknowledgement? ReadAcknowledgement(Section? section)
    {
        if (section is null)
        {
            return null;
        }
        var acknowledgement = new Acknowledgement(
            section.Bytes("expect"), TimeSpan.FromMilliseconds(section.Number("timeoutMilliseconds", 500, 10, 10_000)), section.Number("retries", 2, 0, 10));
        section.Done();
        return acknowledgement;
    }

    private static ControlLine ReadControlLine(Section section)
    {
        var line = new ControlLine(section.Word("line", null, "rts", "dtr"), section.Words("functions", ["copy", "copyColor"], Functions), section.Flag("activeLow", false));
        section.Done();
        return line;
    }

    private static BehaviourOptions ReadBehaviour(Section? section)
    {
        section ??= new Section(JsonDocument.Parse("{}").RootElement.Clone(), "behaviour");
        var options = new BehaviourOptions(
            TimeSpan.FromSeconds(section.Number("heartbeatSeconds", 30, 1, 300)), section.Flag("offline", true),
            TimeSpan.FromSeconds(section.Number("offlineAfterSeconds", 5, 0, 300)), TimeSpan.FromSeconds(section.Number("loginWaitSeconds", 10, 1, 300)),
            TimeSpan.FromSeconds(section.Number("pinWaitSeconds", 30, 1, 300)), TimeSpan.FromMilliseconds(section.Number("reconnectMinMilliseconds", 500, 10, 60_000)),
            TimeSpan.FromSeconds(section.Number("reconnectMaxSeconds", 60, 1, 3600)));
        section.Done();
        return options.OfflineAfter > options.LoginWait
            ? throw section.Bad("offlineAfterSeconds", "must not be longer than loginWaitSeconds")
            : options;
    }

    private static SimulationOptions ReadSimulated(Section? section, string folder)
    {
        if (section is null)
        {
            return new SimulationOptions(false, "");
        }
        var script = section.Text("script", "");
        var options = new SimulationOptions(section.Flag("enabled", false), script.Length == 0 ? "" : Path.Combine(folder, script));
        section.Done();
        return options;
    }
}
