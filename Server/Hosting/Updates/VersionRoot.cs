using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent.Updates;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>
/// The folder of the server's versions: <c>1.2.3/</c> with the files of a package and its signed manifest, <c>versions.json</c> as the book that decides, <c>current</c> and <c>previous</c> as
/// links that follow it, <c>wanted</c> as the version that somebody asked for, and <c>supervise.lock</c>, which whoever changes the book holds.
/// </summary>
internal sealed partial class VersionRoot(string path)
{
    /// <summary>Name of the program in a version's folder.</summary>
    public const string Program = "copytrack";

    /// <summary>Name of a version's signed manifest beside its files; no file of a package has such a name.</summary>
    public const string ManifestFile = ".manifest";

    private const string BookFile = "versions.json", WantedFile = "wanted", LockFile = "supervise.lock", CurrentLink = "current", PreviousLink = "previous";

    private static readonly TimeSpan s_underway = TimeSpan.FromMinutes(10);

    /// <summary>The folder's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The book. Where there is none that can be read, the link tells which version is current.</summary>
    public VersionBook Book => Read() ?? new VersionBook { Current = Target(CurrentLink) is { } target && ReleaseVersion.TryParse(target, out _) ? target : null };

    /// <summary>The version that somebody wants installed; null without.</summary>
    public ReleaseVersion? Wanted => Small(WantedFile) is { } text && ReleaseVersion.TryParse(text, out var version) ? version : null;

    /// <summary>The version before the current one, whose folder is still there; null without.</summary>
    public ReleaseVersion? Previous => Target(PreviousLink) is { } target && ReleaseVersion.TryParse(target, out var version) && Has(version) ? version : null;

    /// <summary>The right to change the book, until it is disposed; null while another process has it. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the folder can't be used.</summary>
    public FileStream? Take()
    {
        Directory.CreateDirectory(Path);
        try
        {
            return new FileStream(In(LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <summary>Keeps the book, and lets the links follow it; on the disk when this returns.</summary>
    public void Keep(VersionBook book)
    {
        Write(BookFile, JsonSerializer.SerializeToUtf8Bytes(book, BookJson.Default.VersionBook));
        Follow(book);
    }

    /// <summary>Lets the links say what the book says; needed after a process was killed between both.</summary>
    public void Follow(VersionBook book)
    {
        var before = Target(CurrentLink);
        if (book.Current is { } current && current != before && Directory.Exists(In(current)))
        {
            Link(PreviousLink, before);
            Link(CurrentLink, current);
        }
    }

    /// <summary>Asks for a version whose folder is there; the supervisor takes it up.</summary>
    public void Want(ReleaseVersion version) => Write(WantedFile, Encoding.ASCII.GetBytes(version.ToString()));

    /// <summary>What was asked for has been taken up.</summary>
    public void Forget() => File.Delete(In(WantedFile));

    /// <summary>Folder of a version.</summary>
    public string FolderOf(ReleaseVersion version) => In(version.ToString());

    /// <summary>The program of a version.</summary>
    public string ProgramOf(ReleaseVersion version) => System.IO.Path.Combine(FolderOf(version), Program);

    /// <summary>True when a version's folder is there.</summary>
    public bool Has(ReleaseVersion version) => Directory.Exists(FolderOf(version));

    /// <summary>True when every file of a version is still what the publisher signed, and no other is beside them.</summary>
    public async Task<bool> IsWholeAsync(ReleaseVersion version, ReleaseKeys keys, CancellationToken cancellationToken)
    {
        var place = FolderOf(version);
        try
        {
            var manifest = PackageManifest.Read(await File.ReadAllBytesAsync(System.IO.Path.Combine(place, ManifestFile), cancellationToken), keys);
            if (manifest.Version != version || manifest.Product != PackageManifest.Server || Directory.EnumerateFileSystemEntries(place).Count() != manifest.Files.Length + 1)
            {
                return false;
            }

            foreach (var file in manifest.Files)
            {
                await using var content = File.OpenRead(System.IO.Path.Combine(place, file.Name));
                if (!await PackageReader.IsFileAsync(content, file, cancellationToken))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Accounting.Fleet.FleetFormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// Removes the folders of versions that the book does not need, and what was half unpacked. What was written to within <see cref="s_underway"/> before <paramref name="now"/> stays: somebody may just be
    /// putting it in place, by the page or by hand.
    /// </summary>
    public void Clean(DateTimeOffset now)
    {
        var book = Book;
        string?[] needed = [book.Current, book.Trial?.Version, Target(PreviousLink), Wanted?.ToString()];
        foreach (var folder in new DirectoryInfo(Path).EnumerateDirectories().Where(d => d.LinkTarget is null && !needed.Contains(d.Name) && d.LastWriteTimeUtc < now - s_underway))
        {
            if (ReleaseVersion.TryParse(folder.Name.EndsWith(ProgramVersions.Fresh, StringComparison.Ordinal) ? folder.Name[..^ProgramVersions.Fresh.Length] : folder.Name, out _))
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private VersionBook? Read()
    {
        try
        {
            return File.Exists(In(BookFile)) ? JsonSerializer.Deserialize(File.ReadAllBytes(In(BookFile)), BookJson.Default.VersionBook) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Small(string name)
    {
        try
        {
            return new FileInfo(In(name)) is { Exists: true, Length: < 32 } file ? File.ReadAllText(file.FullName).Trim() : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private void Write(string name, ReadOnlySpan<byte> content)
    {
        using (var file = new FileStream(In(name) + ".new", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(In(name) + ".new", In(name), overwrite: true);
    }

    private string? Target(string link) => new FileInfo(In(link)).LinkTarget;

    /// <summary>Puts a link in place of an older one in one step.</summary>
    private void Link(string name, string? target)
    {
        if (target is null)
        {
            return;
        }

        var fresh = In(name + ".new");
        File.Delete(fresh);
        File.CreateSymbolicLink(fresh, target);
        // The base library follows a link before it moves one, and can't put one in place of another.
        if (Rename(fresh, In(name)) != 0)
        {
            throw new IOException($"{In(name)} can't be switched (error {Marshal.GetLastPInvokeError()})");
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(string from, string to);
}

[JsonSerializable(typeof(VersionBook))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BookJson : JsonSerializerContext;
