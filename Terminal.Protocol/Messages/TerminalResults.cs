using System.Collections.Immutable;

namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary>The device that a terminal stands beside, as told in the hello's result.</summary>
public sealed record DeviceInfo(string Id, string Name, string Location);

/// <summary>Offline policy: not allowed means Hours is 0.</summary>
public sealed record OfflinePolicy(bool Allowed, int Hours);

/// <summary>A person as a terminal may show them.</summary>
public sealed record UserInfo(string Name, string DisplayName, string? Language);

/// <summary>A project as a terminal shows it.</summary>
public sealed record ProjectInfo(string Id, string Code, string Name);

/// <summary>Whether a project must be chosen, and the ones last used.</summary>
public sealed record ProjectChoice(bool Required, ImmutableArray<ProjectInfo> Recent);

/// <summary>Answer to hello.</summary>
public sealed record HelloResult(
    string Terminal, DeviceInfo Device, DateTimeOffset ServerTime, int HeartbeatSeconds, int IdleTimeoutSeconds,
    ImmutableArray<string> LoginMethods, OfflinePolicy Offline, LoginResult? Session) : TerminalResult;

/// <summary>Answer to a good login; <see cref="State"/> is only there inside a hello's result.</summary>
public sealed record LoginResult(
    string Session, UserInfo User, ImmutableArray<string> Functions, ProjectChoice Projects, int IdleTimeoutSeconds,
    string? OfflineToken, string? State = null) : TerminalResult;

/// <summary>The same person's card again: the session is over.</summary>
public sealed record LoggedOutResult(string LoggedOut) : TerminalResult;

/// <summary>Answer to session.projects.</summary>
public sealed record ProjectsResult(ImmutableArray<ProjectInfo> Projects) : TerminalResult;

/// <summary>Answer to session.project.</summary>
public sealed record ProjectResult(ProjectInfo Project) : TerminalResult;

/// <summary>Answer to session.logout: state settling.</summary>
public sealed record LogoutResult(string Session, string State) : TerminalResult;

/// <summary>Answer to card.register.</summary>
public sealed record CardRegisterResult(string Name, string DisplayName) : TerminalResult;

/// <summary>Answer to offline.upload.</summary>
public sealed record OfflineUploadResult(ImmutableArray<string> Accepted, ImmutableArray<OfflineRejection> Rejected) : TerminalResult;

/// <summary>Why one uploaded entry was not taken.</summary>
public sealed record OfflineRejection(string LocalId, int Code, string Message);

/// <summary>Answer to terminal.ping.</summary>
public sealed record PingResult(DateTimeOffset ServerTime) : TerminalResult;
