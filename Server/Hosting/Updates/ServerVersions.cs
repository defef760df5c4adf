using System.Runtime.InteropServices;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet.Updates;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>Versions of the server on a node that a supervisor looks after.</summary>
internal sealed class ServerVersions : IServerVersions
{
    private readonly ServerUpdates _updates;
    private readonly UpdateOptions _options;
    private readonly ReleaseKeys _keys;
    private readonly VersionRoot _root;
    private readonly PackageFolder _folder;
    private readonly ProgramVersions _versions;

    /// <summary>Those of the folder that the supervisor named.</summary>
    public ServerVersions(SupervisedProcess supervised, ServerUpdates updates, UpdateOptions options, ReleaseKeys keys, TimeProvider time)
    {
        (_updates, _options, _keys) = (updates, options, keys);
        _root = new VersionRoot(supervised.Root);
        _folder = new PackageFolder(options.Folder, keys);
        Own = ReleaseVersion.TryParse(supervised.Version, out var version) ? version : UpdateCommands.Own;
        _versions = new ProgramVersions(_root, keys, Own, RuntimeInformation.RuntimeIdentifier, time);
    }

    /// <inheritdoc/>
    public bool IsOn => _options.Mode != UpdateOptions.Off;

    /// <summary>The version that runs.</summary>
    public ReleaseVersion Own { get; }

    /// <summary>Name of this node at updates; the same before and after.</summary>
    public string Node => $"{Environment.MachineName}:{_root.Path}";

    /// <inheritdoc/>
    public async Task<ServerVersionsView> LookAsync(CancellationToken cancellationToken)
    {
        var book = _root.Book;
        var update = await _updates.GetAsync(cancellationToken);
        // What failed or was halted, and was put in place by hand meanwhile, is no news any more.
        return new ServerVersionsView(
            Own.ToString(), RuntimeInformation.RuntimeIdentifier, _options, [.. await WaitingAsync(cancellationToken)], book.Trial?.Version ?? _root.Wanted?.ToString(),
            [.. book.Failed.Where(f => IsAbove(f.Version)).Select(f => new RolledBackVersion(f.Version, f.Times, f.At, f.Reason)).OrderByDescending(f => f.At)], IsAbove(update.Version) ? update : update with { Halted = null });

        bool IsAbove(string? version) => !ReleaseVersion.TryParse(version, out var about) || about > Own;
    }

    /// <inheritdoc/>
    public async Task<ReleaseVersion> KeepAsync(Stream package, string actor, CancellationToken cancellationToken)
    {
        var (manifest, signed) = await PackageReader.ReadHeadAsync(package, _keys, cancellationToken);
        if (_versions.Refusal(manifest, byHand: false) is { } refusal)
        {
            throw new FleetFormatException(refusal);
        }

        await _folder.KeepAsync(manifest, signed, package, cancellationToken);
        await _updates.AddedAsync(manifest.Version.ToString(), actor, cancellationToken);
        return manifest.Version;
    }

    /// <inheritdoc/>
    public Task<bool> OrderAsync(ReleaseVersion version, string actor, CancellationToken cancellationToken) => _updates.OrderAsync(version.ToString(), actor, cancellationToken);

    /// <summary>The package of a version, or of the highest one, that can be installed here; null without.</summary>
    public async Task<WaitingVersion?> FindAsync(string? version, CancellationToken cancellationToken) =>
        (await WaitingAsync(cancellationToken)).FirstOrDefault(w => w.Refusal is null && (version is null || w.Version.ToString() == version));

    /// <summary>Unpacks a package beside the version that runs. Throws <see cref="FleetFormatException"/>.</summary>
    public async Task StageAsync(WaitingVersion waiting, CancellationToken cancellationToken)
    {
        try
        {
            await using var package = File.OpenRead(waiting.File);
            await _versions.StageAsync(package, byHand: false, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FleetFormatException($"the package can't be unpacked: {e.Message}", e);
        }
    }

    /// <summary>Hands a version that was unpacked to the supervisor.</summary>
    public void Want(ReleaseVersion version) => _root.Want(version);

    /// <summary>How a version that was handed over stands: null while it is being tried; else an empty text when nothing is known of it, or why it was rolled back.</summary>
    public string? EndOf(string version)
    {
        // In this order: the supervisor writes the book before it takes the wish away.
        var wanted = _root.Wanted;
        var book = _root.Book;
        return wanted?.ToString() == version || book.Trial?.Version == version ? null : book.Failed.FirstOrDefault(f => f.Version == version)?.Reason ?? "";
    }

    private async Task<IEnumerable<WaitingVersion>> WaitingAsync(CancellationToken cancellationToken) =>
        (await _folder.ListAsync(cancellationToken)).Where(p => p.Manifest.Version > Own).Select(p => new WaitingVersion(p.Manifest.Version, p.File, _versions.Refusal(p.Manifest, byHand: false)));
}
