using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet.Updates;

/// <summary>A package of the server that lies in the folder: its version, and why it can't be installed; null when it can.</summary>
internal sealed record WaitingVersion(ReleaseVersion Version, string File, string? Refusal);

/// <summary>A version of the server that was rolled back on this node.</summary>
internal sealed record RolledBackVersion(string Version, int Times, DateTimeOffset At, string Reason);

/// <summary>How the versions of the server stand, seen from the node that answers.</summary>
internal sealed record ServerVersionsView(
    string Runs, string Platform, UpdateOptions Options, IReadOnlyList<WaitingVersion> Waiting, string? Trial, IReadOnlyList<RolledBackVersion> RolledBack, ServerUpdateRow Update);

/// <summary>Versions of the server itself: what runs, what waits, and asking for one. The host does it, which knows the supervisor.</summary>
internal interface IServerVersions
{
    /// <summary>False where no supervisor looks after versions, or <c>Updates:Mode</c> is off; nothing below works then.</summary>
    bool IsOn { get; }

    /// <summary>How it stands. Throws <see cref="Data.StorageUnavailableException"/>.</summary>
    Task<ServerVersionsView> LookAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a package in the folder. Throws <see cref="Accounting.Fleet.FleetFormatException"/> naming why it is not taken; nothing is left of it then.</summary>
    Task<ReleaseVersion> KeepAsync(Stream package, string actor, CancellationToken cancellationToken);

    /// <summary>Asks all nodes, one after the other, to install a version. False while another update is under way.</summary>
    Task<bool> OrderAsync(ReleaseVersion version, string actor, CancellationToken cancellationToken);
}

/// <summary>Where no supervisor looks after versions.</summary>
internal sealed class NoServerVersions : IServerVersions
{
    private const string Unsupervised = "nobody looks after versions of the server here";

    /// <inheritdoc/>
    public bool IsOn => false;

    /// <inheritdoc/>
    public Task<ServerVersionsView> LookAsync(CancellationToken cancellationToken) => throw new InvalidOperationException(Unsupervised);

    /// <inheritdoc/>
    public Task<ReleaseVersion> KeepAsync(Stream package, string actor, CancellationToken cancellationToken) => throw new Accounting.Fleet.FleetFormatException(Unsupervised);

    /// <inheritdoc/>
    public Task<bool> OrderAsync(ReleaseVersion version, string actor, CancellationToken cancellationToken) => Task.FromResult(false);
}
