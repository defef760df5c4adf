using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Fleet.Updates;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>The folder of <c>Updates:Folder</c>, into which the page, an operator or a mirror puts packages. What lies there is believed only as far as the publisher signed it.</summary>
internal sealed class PackageFolder(string path, ReleaseKeys keys)
{
    private const string Ending = ".ctpkg", Unfinished = ".new";

    // An operator's folder holds a few; more are not looked at, the newest first.
    private const int MostLookedAt = 32;

    /// <summary>Packages of the server that the publisher signed, the highest version first; each with its file. What is no package, or is for others, is left out. Files that can't be read count as none.</summary>
    public async Task<IReadOnlyList<(PackageManifest Manifest, string File)>> ListAsync(CancellationToken cancellationToken)
    {
        List<(PackageManifest, string)> found = [];
        foreach (var file in Files())
        {
            try
            {
                await using var content = file.OpenRead();
                var (manifest, _) = await PackageReader.ReadHeadAsync(content, keys, cancellationToken);
                if (manifest.Product == PackageManifest.Server)
                {
                    found.Add((manifest, file.FullName));
                }
            }
            catch (Exception e) when (e is FleetFormatException or IOException or UnauthorizedAccessException)
            {
                // A mirror's other files, or one that is still being written.
            }
        }

        return [.. found.OrderByDescending(f => f.Item1.Version.Number)];
    }

    /// <summary>Keeps a package whose head was read; the content stands at its archive. Throws <see cref="FleetFormatException"/> for an archive that was not signed or a disk that does not take it; nothing is left then.</summary>
    public async Task KeepAsync(PackageManifest manifest, byte[] signed, Stream content, CancellationToken cancellationToken)
    {
        var file = Path.Combine(path, $"copytrack-{manifest.Version}-{manifest.Platform}{Ending}");
        try
        {
            Directory.CreateDirectory(path);
            try
            {
                await using (var target = new FileStream(file + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
                {
                    await target.WriteAsync(PackageWriter.Head(signed), cancellationToken);
                    await CopyAsync(content, target, manifest, cancellationToken);
                    target.Flush(flushToDisk: true);
                }

                File.Move(file + Unfinished, file, overwrite: true);
            }
            finally
            {
                File.Delete(file + Unfinished);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FleetFormatException($"the folder of Updates:Folder does not take it: {e.Message}", e);
        }
    }

    private static async Task CopyAsync(Stream content, Stream target, PackageManifest manifest, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[64 * 1024];
        long length = 0;
        for (int read; (read = await content.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            length += read;
            if (length > manifest.Size)
            {
                throw new FleetFormatException("the archive is longer than its manifest says");
            }

            hash.AppendData(chunk, 0, read);
            await target.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        if (length != manifest.Size || Convert.ToHexStringLower(hash.GetHashAndReset()) != manifest.Hash)
        {
            throw new FleetFormatException(length < manifest.Size ? "the archive is cut short" : "the archive is not the one that was signed");
        }
    }

    private IEnumerable<FileInfo> Files()
    {
        try
        {
            return [.. new DirectoryInfo(path).EnumerateFiles("*" + Ending).OrderByDescending(f => f.LastWriteTimeUtc).Take(MostLookedAt)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
