using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>
/// The versions in the state folder: <c>versions/1.2.3/</c> with the files of a package and its signed manifest, archives that are being fetched, and the book. A version's folder appears
/// whole, by being renamed, or not at all.
/// </summary>
internal sealed class VersionFolder
{
    private const string BookFile = "versions.json", ManifestFile = ".manifest", FreshEnding = ".new", PartEnding = ".part", AcceptedFile = "update-accepted";

    private static readonly TimeSpan s_underway = TimeSpan.FromMinutes(10);

    private readonly StateFolder _state;
    private readonly string _path;
    private readonly ReleaseKeys _keys;
    private readonly string _program;

    /// <summary>The versions of a state folder. <paramref name="program"/> is the file name of the agent's program.</summary>
    public VersionFolder(string state, ReleaseKeys keys, string program)
    {
        _state = new StateFolder(state);
        (_keys, _program) = (keys, program);
        _path = new StateFolder(Path.Combine(_state.Path, "versions")).Path;
    }

    /// <summary>The book; an empty one at first.</summary>
    public VersionBook Book => _state.Read(BookFile, SettingsJson.Default.VersionBook) ?? new VersionBook();

    /// <summary>The version that the owner wants installed; null without.</summary>
    public ReleaseVersion? Accepted => _state.Read(AcceptedFile) is { Length: < 32 } text && ReleaseVersion.TryParse(System.Text.Encoding.ASCII.GetString(text).Trim(), out var version) ? version : null;

    /// <summary>Keeps the book; on the disk when this returns.</summary>
    public void Keep(VersionBook book) => _state.Write(BookFile, book, SettingsJson.Default.VersionBook);

    /// <summary>The owner wants a version installed.</summary>
    public void Accept(ReleaseVersion version) => _state.Write(AcceptedFile, System.Text.Encoding.ASCII.GetBytes(version.ToString()));

    /// <summary>The owner's word is used up.</summary>
    public void Forget() => File.Delete(Path.Combine(_state.Path, AcceptedFile));

    /// <summary>The program of a version.</summary>
    public string ProgramOf(ReleaseVersion version) => Path.Combine(_path, version.ToString(), _program);

    /// <summary>True when a version's folder is there.</summary>
    public bool Has(ReleaseVersion version) => Directory.Exists(Path.Combine(_path, version.ToString()));

    /// <summary>The file into which an archive is fetched; what was fetched before stands in it.</summary>
    public FileStream OpenPart(string hash) => StateFolder.Create(Path.Combine(_path, hash + PartEnding), FileMode.OpenOrCreate);

    /// <summary>Removes a fetched archive.</summary>
    public void DeletePart(string hash) => File.Delete(Path.Combine(_path, hash + PartEnding));

    /// <summary>
    /// Puts a version in place from its archive, which is checked against the signed manifest first; nothing is unpacked before. Throws <see cref="FleetFormatException"/> for an archive that is
    /// not the signed one or holds no program, and <see cref="IOException"/> when the disk does not take it.
    /// </summary>
    public async Task<ReleaseVersion> StageAsync(Stream archive, ReadOnlyMemory<byte> signed, CancellationToken cancellationToken)
    {
        var manifest = PackageManifest.Read(signed, _keys);
        if (!manifest.Files.Any(f => f.Name == _program))
        {
            throw new FleetFormatException($"the package holds no {_program}");
        }

        var start = archive.Position;
        await PackageReader.CheckArchiveAsync(archive, manifest, cancellationToken);
        archive.Position = start;
        var place = Path.Combine(_path, manifest.Version.ToString());
        var fresh = place + FreshEnding;
        Delete(fresh);
        _ = new StateFolder(fresh);
        try
        {
            var made = new List<string>();
            await PackageReader.UnpackAsync(archive, manifest, file => Make(fresh, file, made), cancellationToken);
            await using (var kept = StateFolder.Create(Path.Combine(fresh, ManifestFile)))
            {
                await kept.WriteAsync(signed, cancellationToken);
                kept.Flush(flushToDisk: true);
            }

            made.ForEach(FlushToDisk);
            Delete(place);
            Directory.Move(fresh, place);
            return manifest.Version;
        }
        catch
        {
            Delete(fresh);
            throw;
        }
    }

    /// <summary>True when every file of a version is still what the publisher signed.</summary>
    public async Task<bool> IsWholeAsync(ReleaseVersion version, CancellationToken cancellationToken)
    {
        var place = Path.Combine(_path, version.ToString());
        try
        {
            var manifest = PackageManifest.Read(await File.ReadAllBytesAsync(Path.Combine(place, ManifestFile), cancellationToken), _keys);
            if (manifest.Version != version || manifest.Product != PackageManifest.Agent || Directory.EnumerateFileSystemEntries(place).Count() != manifest.Files.Length + 1)
            {
                return false;
            }

            foreach (var file in manifest.Files)
            {
                await using var content = File.OpenRead(Path.Combine(place, file.Name));
                if (!await PackageReader.IsFileAsync(content, file, cancellationToken))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FleetFormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// Removes what nobody needs: all versions but the one that runs and the one that is wanted, what was half unpacked, and fetched archives. What is above the one that runs and was written to within
    /// <see cref="s_underway"/> before <paramref name="now"/> stays: the owner's <c>update FILE</c> may just be putting it in place.
    /// </summary>
    public void Clean(ReleaseVersion running, ReleaseVersion? wanted, DateTimeOffset now)
    {
        foreach (var folder in new DirectoryInfo(_path).EnumerateDirectories())
        {
            var isFresh = folder.Name.EndsWith(FreshEnding, StringComparison.Ordinal);
            var isVersion = ReleaseVersion.TryParse(isFresh ? folder.Name[..^FreshEnding.Length] : folder.Name, out var version);
            if (!(isVersion && ((!isFresh && (version == running || version == wanted)) || (version > running && folder.LastWriteTimeUtc >= (now - s_underway).UtcDateTime))))
            {
                Delete(folder.FullName);
            }
        }

        foreach (var part in Directory.EnumerateFiles(_path, "*" + PartEnding))
        {
            File.Delete(part);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private FileStream Make(string folder, PackageFile file, List<string> made)
    {
        var path = Path.Combine(folder, file.Name);
        made.Add(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (file.Name == _program ? UnixFileMode.UserExecute : 0);
        }

        return new FileStream(path, options);
    }

    private static void FlushToDisk(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
