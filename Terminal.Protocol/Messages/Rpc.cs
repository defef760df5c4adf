using System.Globalization;
using System.Text.Json;

namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary>Id of a request as its sender wrote it: a string or an integer (docs/terminal-protocol.md §2).</summary>
public readonly record struct RequestId(string? Text, long Number)
{
    /// <summary>Longest id, in characters for a string and in digits for an integer.</summary>
    public const int MaxLength = 64;

    /// <summary>The digits of an integer that <see cref="Number"/> can't hold as it was written; otherwise null.</summary>
    public string? Digits { get; init; }

    /// <summary>The id as text, for logs and keys; a string and an integer may look alike.</summary>
    public override string ToString() => Text ?? Digits ?? Number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A JSON-RPC error. <see cref="DataJson"/> is a JSON text or null.</summary>
public sealed record RpcError(int Code, string Message, string? DataJson = null)
{
    /// <summary>An error whose message is the code's name in docs/terminal-protocol.md §6.</summary>
    public static RpcError Of(int code, string? dataJson = null) => new(code, ErrorCodes.NameOf(code), dataJson);

    /// <summary>An error with <c>data: {retryAfterSeconds}</c>.</summary>
    public static RpcError RetryAfter(int code, int seconds) =>
        Of(code, string.Create(CultureInfo.InvariantCulture, $$"""{"retryAfterSeconds":{{seconds}}}"""));
}

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

/// <summary>Base of the notifications a server sends.</summary>
public abstract record ServerNotification;

/// <summary>Base of the results a terminal answers the server's requests with.</summary>
public abstract record PanelResult;
