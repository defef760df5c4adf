namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary>
/// <c>terminal.closing</c> (§4): the server ends this connection by plan. <see cref="RetryAfterSeconds"/> is absent with reason <c>replaced</c>.
/// </summary>
public sealed record TerminalClosing(string Reason, int? RetryAfterSeconds) : ServerNotification;
