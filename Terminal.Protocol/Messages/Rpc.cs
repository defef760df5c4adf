using System.Text.Json;

namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary>Id of a request as its sender wrote it: a string or an integer (docs/terminal-protocol.md §2).</summary>
public readonly record struct RequestId(string? Text, long Number);

/// <summary>A JSON-RPC error. <see cref="DataJson"/> is a JSON text or null.</summary>
public sealed record RpcError(int Code, string Message, string? DataJson = null);

/// <summary>The other side's answer to our request: a result or an error, one of the two.</summary>
public sealed record RpcOutcome(JsonElement? Result, RpcError? Error);

/// <summary>Base of the requests a terminal sends.</summary>
public abstract record TerminalRequest;

/// <summary>Base of the notifications a terminal sends.</summary>
public abstract record TerminalNotification;

/// <summary>Base of the results a server answers with.</summary>
public abstract record TerminalResult;

/// <summary>Base of the requests a server sends.</summary>
public abstract record ServerRequest;
