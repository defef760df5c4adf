using System.Collections.Immutable;

namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary><c>panel.unlock</c> (§4).</summary>
public sealed record PanelUnlock(string Session, ImmutableArray<string> Functions) : ServerRequest;

/// <summary><c>panel.lock</c>; session may be null.</summary>
public sealed record PanelLock(string? Session, string Reason) : ServerRequest;

/// <summary><c>panel.message</c>; level info, warning or error.</summary>
public sealed record PanelMessage(string Text, string Level, int Seconds) : ServerRequest;

/// <summary><c>card.sign</c>: sign the CMS attributes with the card in the terminal.</summary>
public sealed record CardSign(RequestId Login, string Algorithm, ReadOnlyMemory<byte> ToBeSigned, ReadOnlyMemory<byte> Content) : ServerRequest;

/// <summary><c>terminal.ping</c> from the server.</summary>
public sealed record ServerPing : ServerRequest;
