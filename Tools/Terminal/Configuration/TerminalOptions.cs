using System.Collections.Immutable;

namespace CopyTrack.Terminal.Configuration;

/// <summary>Everything the terminal's one configuration file says.</summary>
internal sealed record TerminalOptions(
    ServerOptions Server, IdentityOptions Terminal, ImmutableArray<ReaderOptions> Readers, PinPadOptions? PinPad,
    PanelOptions Panel, BehaviourOptions Behaviour, SimulationOptions Simulated, SmartCardOptions? SmartCards);

/// <summary>Where the server is. <see cref="CaFingerprint"/> is the SHA-256 of the CA certificate in lower-case hexadecimal, or empty when only the command line gives it.</summary>
internal sealed record ServerOptions(string Host, int Port, Uri? EnrolmentUrl, string CaFingerprint);

/// <summary>Who this terminal is and where its key, certificate and offline logins are kept.</summary>
internal sealed record IdentityOptions(string Id, string KeyFolder, string Vendor, string Model);

/// <summary>A card reader: a closed set.</summary>
internal abstract record ReaderOptions
{
    private ReaderOptions() { }

    /// <summary>A reader that types like a keyboard (Linux evdev). <see cref="SharedWithPinPad"/>: people type PINs on the same device.</summary>
    internal sealed record Keyboard(
        string Device, string Layout, ImmutableArray<string> EndKeys, TimeSpan InterKey, bool Exclusive, int MinLength, bool SharedWithPinPad, TimeSpan Burst) : ReaderOptions;

    /// <summary>PC/SC readers whose name contains <see cref="Name"/> (empty: all).</summary>
    internal sealed record SmartCard(string Name) : ReaderOptions;

    /// <summary>A reader that writes a line for each card.</summary>
    internal sealed record Serial(SerialOptions Line, int MinLength) : ReaderOptions;
}

/// <summary>A second keyboard on which PINs are typed, and with <see cref="Letters"/> user names and passwords too.</summary>
internal sealed record PinPadOptions(string Device, string Layout, bool Exclusive, ImmutableArray<string> LogoutKeys, bool Letters);

/// <summary>Smart cards for logins: a PKCS#11 module, part of a token's label (empty: any), and how often to look for a card.</summary>
internal sealed record SmartCardOptions(string Module, string Token, TimeSpan Poll);

/// <summary>Settings of a serial line; always raw, without flow control.</summary>
internal sealed record SerialOptions(string Device, int Baud, int DataBits, char Parity, int StopBits);

/// <summary>What opens and closes the copier's panel: a closed set.</summary>
internal abstract record PanelOptions
{
    private PanelOptions() { }

    /// <summary>Nothing is driven; every wish succeeds.</summary>
    internal sealed record None : PanelOptions;

    /// <summary>A relay that obeys byte strings. The first of <see cref="Unlock"/> whose functions are all granted is sent.</summary>
    internal sealed record SerialCommands(SerialOptions Line, ImmutableArray<UnlockCommand> Unlock, ReadOnlyMemory<byte> Lock, Acknowledgement? Acknowledgement) : PanelOptions;

    /// <summary>A relay on the RTS and DTR lines; a line is raised when one of its functions is granted.</summary>
    internal sealed record ControlLines(string Device, ImmutableArray<ControlLine> Lines) : PanelOptions;

    /// <summary>A TCP port that takes lines, such as the MFP simulator's. <c>{functions}</c> in a line stands for the granted functions, comma separated.</summary>
    internal sealed record Tcp(string Host, int Port, string Unlock, string Lock, string Expect, TimeSpan Timeout) : PanelOptions;
}

/// <summary>Bytes that unlock for the functions named.</summary>
internal sealed record UnlockCommand(ImmutableArray<string> Functions, ReadOnlyMemory<byte> Bytes);

/// <summary>What the relay answers to each command, how long to wait for it and how often to try again.</summary>
internal sealed record Acknowledgement(ReadOnlyMemory<byte> Bytes, TimeSpan Timeout, int Retries);

/// <summary>One modem control line (<c>rts</c> or <c>dtr</c>) and the functions it carries.</summary>
internal sealed record ControlLine(string Line, ImmutableArray<string> Functions, bool ActiveLow);

/// <summary>How the terminal behaves. <see cref="Heartbeat"/> counts until the server has told its own.</summary>
internal sealed record BehaviourOptions(
    TimeSpan Heartbeat, bool Offline, TimeSpan OfflineAfter, TimeSpan LoginWait, TimeSpan PinWait, TimeSpan ReconnectMin, TimeSpan ReconnectMax);

/// <summary>No hardware: commands come from <see cref="Script"/>, or from standard input when it is empty.</summary>
internal sealed record SimulationOptions(bool Enabled, string Script);
