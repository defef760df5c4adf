using System.Diagnostics;
using System.Runtime.InteropServices;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Server.Verbs;

/// <summary>
/// Versions of the server beside each other: <c>ROOT/1.2.3/</c> with the program, <c>ROOT/current</c> as the link that a service starts, <c>ROOT/previous</c> as what it was before, and
/// <c>ROOT/floor</c> as the highest version that was ever put in place.
/// </summary>
internal sealed partial class ProgramVersions(string root, ReleaseKeys keys, ReleaseVersion own, string platform)
{
    private const string Program = "copytrack";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Checks a package, puts it beside the others, starts it once with <c>--help</c>, and switches the link. Throws <see cref="FleetFormatException"/> when it is not taken; the link is as it was then.</summary>
    public async Task<ReleaseVersion> TakeAsync(string file, CancellationToken cancellationToken)
    {
        await using var package = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        var (manifest, _) = await PackageReader.ReadHeadAsync(package, keys, cancellationToken);
        var floor = Floor();
        var fault = OperatingSystem.IsWindows() ? "on Windows a version is put in place by hand"
            : manifest.Product != PackageManifest.Server || manifest.Platform != platform ? $"the package is for {manifest.Product} on {manifest.Platform}"
            : manifest.Version <= own ? $"version {manifest.Version} is not above {own}, which runs"
            : manifest.Version < floor ? $"version {manifest.Version} is below {floor}, which was here before"
            : !manifest.Files.Any(f => f.Name == Program) ? $"the package holds no {Program}" : null;
        if (fault is not null)
        {
            throw new FleetFormatException(fault);
        }

        var start = package.Position;
        await PackageReader.CheckArchiveAsync(package, manifest, cancellationToken);
        package.Position = start;
        var place = Path.Combine(root, manifest.Version.ToString());
        await UnpackAsync(package, manifest, place, cancellationToken);
        if (!await StartsAsync(Path.Combine(place, Program), cancellationToken))
        {
            Directory.Delete(place, recursive: true);
            throw new FleetFormatException($"version {manifest.Version} does not start on this machine");
        }

        File.WriteAllText(Path.Combine(root, "floor.new"), manifest.Version.ToString());
        File.Move(Path.Combine(root, "floor.new"), Path.Combine(root, "floor"), overwrite: true);
        Link("previous", Target("current"));
        Link("current", manifest.Version.ToString());
        return manifest.Version;
    }

    /// <summary>Switches the link back to what it was before the last package; null when there is nothing to go back to.</summary>
    public string? Back()
    {
        if (OperatingSystem.IsWindows() || Target("previous") is not { } previous || !Directory.Exists(Path.Combine(root, previous)))
        {
            return null;
        }

        Link("current", previous);
        return previous;
    }

    private ReleaseVersion Floor() => File.Exists(Path.Combine(root, "floor")) && ReleaseVersion.TryParse(File.ReadAllText(Path.Combine(root, "floor")).Trim(), out var floor) ? floor : default;

    private string? Target(string link) => new FileInfo(Path.Combine(root, link)).LinkTarget;

    /// <summary>Puts a link in place of an older one in one step.</summary>
    private void Link(string name, string? target)
    {
        if (target is null)
        {
            return;
        }

        var fresh = Path.Combine(root, name + ".new");
        File.Delete(fresh);
        File.CreateSymbolicLink(fresh, target);
        // The base library follows a link before it moves one, and can't put one in place of another.
        if (Rename(fresh, Path.Combine(root, name)) != 0)
        {
            throw new IOException($"{Path.Combine(root, name)} can't be switched (error {Marshal.GetLastPInvokeError()})");
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(string from, string to);

    private static async Task UnpackAsync(Stream archive, PackageManifest manifest, string place, CancellationToken cancellationToken)
    {
        var fresh = place + ".new";
        if (Directory.Exists(fresh))
        {
            Directory.Delete(fresh, recursive: true);
        }

        Directory.CreateDirectory(fresh);
        try
        {
            await PackageReader.UnpackAsync(archive, manifest, Make, cancellationToken);
            if (Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }

            Directory.Move(fresh, place);
        }
        catch
        {
            Directory.Delete(fresh, recursive: true);
            throw;
        }

        FileStream Make(PackageFile file)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                    | (file.Name == Program ? UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : 0);
            }

            return new FileStream(Path.Combine(fresh, file.Name), options);
        }
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
