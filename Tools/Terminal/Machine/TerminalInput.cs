using System.Collections.Immutable;
using System.Text;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <summary>What happens to a terminal: a closed set. Texts of it never hold card numbers or PINs. A <c>Tag</c> names the command that waits for an answer; null for hardware.</summary>
internal abstract record TerminalInput
{
    private TerminalInput() { }

    /// <summary>The first input. <see cref="Logouts"/> were not delivered by an earlier run; <see cref="Uploads"/> are offline logins not yet accepted.</summary>
    internal sealed record Started(ImmutableArray<PendingLogout> Logouts, ImmutableArray<OfflineEntry> Uploads) : TerminalInput;

    /// <summary>Time went on.</summary>
    internal sealed record Tick : TerminalInput;

    /// <summary>The program is to end: lock, log out, say so.</summary>
    internal sealed record Stop : TerminalInput;

    /// <summary>The TLS connection stands.</summary>
    internal sealed record LinkOpened : TerminalInput;

    /// <summary>The connection failed or ended.</summary>
    internal sealed record LinkClosed(string Reason) : TerminalInput;

    /// <summary>A line came that carries no message for the machine (every line is a sign of life).</summary>
    internal sealed record Heard : TerminalInput;

    /// <summary>The server's answer to our request <see cref="Id"/>: a result or an error.</summary>
    internal sealed record Replied(long Id, TerminalResult? Result, RpcError? Error) : TerminalInput;

    /// <summary>The server asks something.</summary>
    internal sealed record Asked(RequestId Id, ServerRequest Request) : TerminalInput;

    /// <summary><c>terminal.closing</c>.</summary>
    internal sealed record Closing(string Reason, int? RetryAfterSeconds) : TerminalInput;

    /// <summary>A reader gave a card.</summary>
    internal sealed record CardShown(string Card, string? Tag) : TerminalInput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>Card and PIN in one (commands only).</summary>
    internal sealed record CardAndPinShown(string Card, string Pin, string? Tag) : TerminalInput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>A smart card is there with this certificate (DER), or a command asked for one and none is (null).</summary>
    internal sealed record SmartCardRead(byte[]? Certificate, string? Tag) : TerminalInput;

    /// <summary>The smart card was pulled out.</summary>
    internal sealed record SmartCardGone(string? Tag) : TerminalInput;

    /// <summary>What the card made of request <see cref="Id"/>: a signature or an error.</summary>
    internal sealed record CardSigned(RequestId Id, byte[]? Signature, RpcError? Error) : TerminalInput;

    /// <summary>User name and password in one (commands only).</summary>
    internal sealed record NameAndPassword(string Name, string Password, string? Tag) : TerminalInput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>A whole entry of the PIN pad: a PIN, a card's PIN, a user name, a password, a project's code or an activation code, as the moment asks.</summary>
    internal sealed record Typed(string Text, string? Tag) : TerminalInput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>The PIN pad's entry now has this many characters, for the masked display.</summary>
    internal sealed record Typing(int Count) : TerminalInput;

    /// <summary>A reader or a pad has something to tell the person or the operator.</summary>
    internal sealed record DeviceNotice(string Device, string Text, bool Fault) : TerminalInput;

    /// <summary>The person touched the panel.</summary>
    internal sealed record Activity(string? Tag) : TerminalInput;

    /// <summary>The person leaves.</summary>
    internal sealed record Logout(string Reason, string? Tag) : TerminalInput;

    /// <summary>Choose a project by id or code.</summary>
    internal sealed record ChooseProject(string Project, string? Tag) : TerminalInput;

    /// <summary>Search projects.</summary>
    internal sealed record FindProjects(string Query, string? Tag) : TerminalInput;

    /// <summary>Register a card by activation code.</summary>
    internal sealed record Register(string Card, string Code, string? Tag) : TerminalInput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>Drop the connection and stay away until <see cref="Reconnect"/>.</summary>
    internal sealed record Disconnect(string? Tag) : TerminalInput;

    /// <summary>Connect again at once.</summary>
    internal sealed record Reconnect(string? Tag) : TerminalInput;

    /// <summary>Tell what the machine knows.</summary>
    internal sealed record Status(string? Tag) : TerminalInput;

    /// <summary>The relay obeyed wish <see cref="Serial"/>, or did not.</summary>
    internal sealed record PanelDone(long Serial, string? Fault) : TerminalInput;

    /// <summary>The vault's answer to a look-up: a token, or none.</summary>
    internal sealed record OfflineAnswer(string Card, OfflineGrant? Grant) : TerminalInput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>The journal holds the opening of this offline login (or could not write it).</summary>
    internal sealed record JournalWritten(string LocalId, bool Good) : TerminalInput;
}

/// <summary>A logout that the server has not yet acknowledged.</summary>
internal sealed record PendingLogout(string Session, string Reason);

/// <summary>What the vault keeps for a card: the server's sealed token, the functions and until when.</summary>
internal sealed record OfflineGrant(string Token, ImmutableArray<string> Functions, DateTimeOffset ExpiresAt);
