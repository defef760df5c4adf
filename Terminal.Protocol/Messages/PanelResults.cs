namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary>Answer to <c>panel.unlock</c> and <c>panel.lock</c>: state <c>unlocked</c> or <c>locked</c> (§4).</summary>
public sealed record PanelStateResult(string State) : PanelResult;

/// <summary>Answer without content, to <c>panel.message</c> and the server's <c>terminal.ping</c>.</summary>
public sealed record EmptyResult : PanelResult;

/// <summary>Answer to <c>card.sign</c>: what the card signed.</summary>
public sealed record SignatureResult(ReadOnlyMemory<byte> Signature) : PanelResult;
