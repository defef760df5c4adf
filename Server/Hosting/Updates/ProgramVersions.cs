using System.Diagnostics;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>Brings versions of the server into their folder: checked, put beside each other, started once. Which of them runs is the book's business.</summary>
internal sealed class ProgramVersions(VersionRoot root, ReleaseKeys keys, ReleaseVersion own, string platform, TimeProvider time)
{
    /// <summary>Ending of a folder that is being unpacked.</summary>
    public const string Fresh = ".new";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>The highest version that may be running: the installed program's, or the one of the folder that takes its place.</summary>
    private ReleaseVersion Running => ReleaseVersion.TryParse(root.Book.Current, out var current) && current > own ? current : own;

    /// <summary>
    /// Checks a package and puts it in place. While a supervisor has the folder it is asked to try the version, and <c>Tried</c> is true; else the version is current from the next start on.
    /// Throws <see cref="FleetFormatException"/> when it is not taken; everything is as it was then.
    /// </summary>
    public async Task<(ReleaseVersion Version, bool Tried)> TakeAsync(string file, CancellationToken cancellationToken)
    {
        await using var package = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var alone = root.Take();
        var manifest = await StageAsync(package, byHand: alone is not null, cancellationToken);
        if (alone is null)
        {
            root.Want(manifest.Version);
            return (manifest.Version, true);
        }

        root.Keep(root.Book.Begun(manifest.Version).Confirmed(manifest.Version));
        return (manifest.Version, false);
    }

    /// <summary>Makes the version before the last one current again; null when there is none. Throws <see cref="FleetFormatException"/> while a supervisor has the folder.</summary>
    public ReleaseVersion? Back()
    {
        using var alone = root.Take() ?? throw new FleetFormatException("the service runs; stop it first");
        if (OperatingSystem.IsWindows() || root.Previous is not { } previous)
        {
            return null;
        }

        root.Keep(root.Book with { Current = previous.ToString(), Trial = null });
        return previous;
    }

    /// <summary>Why a package is not for this server at this time, in words; null when it is.</summary>
    public string? Refusal(PackageManifest manifest, bool byHand)
    {
        var book = root.Book;
        return OperatingSystem.IsWindows() ? "on Windows a version is put in place by hand"
            : manifest.Product != PackageManifest.Server ? "the package is not for the server: it is taken under 'Take a package' on the page Updates"
            : manifest.Platform != platform ? $"the package is for {manifest.Platform}, and this server runs on {platform}: fetch the one for it from the publisher"
            : !manifest.Files.Any(f => f.Name == VersionRoot.Program) ? $"the package holds no {VersionRoot.Program}"
            // What was rolled back may be right once somebody stopped the service and backed up.
            : (byHand ? book with { Failed = [] } : book).Refusal(manifest.Version, Running, time.GetUtcNow(), TimeSpan.Zero);
    }

    /// <summary>Checks a package, puts it beside the others, and starts it once with <c>--help</c>. Throws <see cref="FleetFormatException"/> when it is not taken; nothing is left of it then.</summary>
    public async Task<PackageManifest> StageAsync(Stream package, bool byHand, CancellationToken cancellationToken)
    {
        var (manifest, signed) = await PackageReader.ReadHeadAsync(package, keys, cancellationToken);
        if (Refusal(manifest, byHand) is { } fault)
        {
            throw new FleetFormatException(fault);
        }

        var start = package.Position;
        await PackageReader.CheckArchiveAsync(package, manifest, cancellationToken);
        package.Position = start;
        var place = root.FolderOf(manifest.Version);
        await UnpackAsync(package, manifest, signed, place, cancellationToken);
        if (!await StartsAsync(root.ProgramOf(manifest.Version), cancellationToken))
        {
            Directory.Delete(place, recursive: true);
            throw new FleetFormatException($"version {manifest.Version} does not start on this machine");
        }

        return manifest;
    }

    private static async Task UnpackAsync(Stream archive, PackageManifest manifest, byte[] signed, string place, CancellationToken cancellationToken)
    {
        var fresh = place + Fresh;
        Delete(fresh);
        Directory.CreateDirectory(fresh);
        var made = new List<string>();
        try
        {
            await PackageReader.UnpackAsync(archive, manifest, file => Make(file.Name), cancellationToken);
            await using (var kept = Make(VersionRoot.ManifestFile))
            {
                await kept.WriteAsync(signed, cancellationToken);
            }

            made.ForEach(FlushToDisk);
            Delete(place);
            Directory.Move(fresh, place);
        }
        catch
        {
            Delete(fresh);
            throw;
        }

        FileStream Make(string name)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                    | (name == VersionRoot.Program ? UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : 0);
            }

            made.Add(Path.Combine(fresh, name));
            return new FileStream(made[^1], options);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void FlushToDisk(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static async Task<bool> StartsAsync(string program, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, "--help") { RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(s_patience);
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token), process.WaitForExitAsync(patience.Token));
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return false;
        }
    }
}
