using System.Collections.Immutable;
using System.Text;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <summary>What the loops must do, in order: a closed set.</summary>
internal abstract record TerminalOutput
{
    private TerminalOutput() { }

    /// <summary>Open a connection.</summary>
    internal sealed record Connect : TerminalOutput;

    /// <summary>End the connection.</summary>
    internal sealed record CloseLink(string Reason) : TerminalOutput;

    /// <summary>Send a request under this id.</summary>
    internal sealed record Send(long Id, TerminalRequest Request) : TerminalOutput;

    /// <summary>Send a notification.</summary>
    internal sealed record Notify(TerminalNotification Notification) : TerminalOutput;

    /// <summary>Answer a request of the server: with a panel state, an empty object (both null), or an error.</summary>
    internal sealed record Respond(RequestId Id, string? PanelState, RpcError? Error) : TerminalOutput;

    /// <summary>Answer card.sign.</summary>
    internal sealed record RespondSignature(RequestId Id, byte[] Signature) : TerminalOutput;

    /// <summary>Let the card sign (the request passed the check) and answer with <see cref="TerminalInput.CardSigned"/>.</summary>
    internal sealed record SignWithCard(RequestId Id, byte[] Certificate, CardSign Request, string Pin) : TerminalOutput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>Drive the relay; no function means locked.</summary>
    internal sealed record ApplyPanel(long Serial, ImmutableArray<string> Functions) : TerminalOutput;

    /// <summary>Ask the vault about a card.</summary>
    internal sealed record LookUp(string Card) : TerminalOutput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>Keep a token beside the card's HMAC.</summary>
    internal sealed record KeepToken(string Card, OfflineGrant Grant) : TerminalOutput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>Forget a card's token; a null card means every token.</summary>
    internal sealed record ForgetToken(string? Card) : TerminalOutput
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>Write the opening of an offline login durably and answer with <see cref="TerminalInput.JournalWritten"/>.</summary>
    internal sealed record JournalOpen(string LocalId, string Token, DateTimeOffset LoginAt, ImmutableArray<string> Functions) : TerminalOutput;

    /// <summary>Write that an offline login still goes on (or, with <see cref="Over"/>, that it ended).</summary>
    internal sealed record JournalSeen(string LocalId, DateTimeOffset At, bool Over) : TerminalOutput;

    /// <summary>Write that the server took the entry, or refused it for good with this code.</summary>
    internal sealed record JournalSettled(string LocalId, int? RejectedCode) : TerminalOutput;

    /// <summary>Keep the logouts that are still to be delivered.</summary>
    internal sealed record KeepLogouts(ImmutableArray<PendingLogout> Logouts) : TerminalOutput;

    /// <summary>Tell the world what happened.</summary>
    internal sealed record Tell(string Name, ImmutableArray<Fact> Facts) : TerminalOutput;

    /// <summary>Answer a command.</summary>
    internal sealed record Answer(string Tag, bool Good, ImmutableArray<Fact> Facts) : TerminalOutput;

    /// <summary>All is locked and told; the program may end.</summary>
    internal sealed record Finished : TerminalOutput;
}

/// <summary>A member of an event: text, number, truth, list of texts, list of facts, or null.</summary>
internal sealed record Fact(string Name, object? Value);
