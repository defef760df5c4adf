using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>
/// Reads packages: <c>CopyTrack-Package: 1 LENGTH LF</c>, the signed manifest of that length, and a zip archive. The order is fixed: signature, then length and hash of the archive as a whole,
/// and only then is it opened.
/// </summary>
public static class PackageReader
{
    internal const string Mark = "CopyTrack-Package: 1 ";
    private const int LongestMark = 32, Chunk = 64 * 1024;

    /// <summary>Reads the beginning of a package; the stream stands at the archive afterwards. Gives the manifest and its signed bytes. Throws <see cref="FleetFormatException"/>.</summary>
    public static async Task<(PackageManifest Manifest, byte[] Signed)> ReadHeadAsync(Stream package, ReleaseKeys keys, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (line.Length > LongestMark || await package.ReadAsync(one, cancellationToken) == 0)
            {
                throw new FleetFormatException("this is no package");
            }

            if (one[0] == (byte)'\n')
            {
                break;
            }

            line.Append((char)one[0]);
        }

        var text = line.ToString();
        if (!text.StartsWith(Mark, StringComparison.Ordinal) || !int.TryParse(text[Mark.Length..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length)
            || length > PackageManifest.MaxManifest)
        {
            throw new FleetFormatException("this is no package");
        }

        var signed = new byte[length];
        return await package.ReadAtLeastAsync(signed, length, throwOnEndOfStream: false, cancellationToken) == length
            ? (PackageManifest.Read(signed, keys), signed) : throw new FleetFormatException("the package is cut short");
    }

    /// <summary>Reads the stream to its end; throws <see cref="FleetFormatException"/> unless it is exactly the archive that the manifest names.</summary>
    public static async Task CheckArchiveAsync(Stream archive, PackageManifest manifest, CancellationToken cancellationToken)
    {
        var (length, hash) = await HashAsync(archive, manifest.Size, cancellationToken);
        if (length != manifest.Size || hash != manifest.Hash)
        {
            throw new FleetFormatException(length < manifest.Size ? "the archive is cut short" : length > manifest.Size ? "the archive is longer than its manifest says" : "the archive is not the one that was signed");
        }
    }

    /// <summary>
    /// Unpacks an archive that <see cref="CheckArchiveAsync"/> found good; the stream can be sought and stands at its beginning. <paramref name="create"/> makes the file of a plain name. Throws <see cref="FleetFormatException"/> for an entry that
    /// the manifest does not name, one too few, or one of another length or content; what was made until then is the caller's to remove.
    /// </summary>
    public static async Task UnpackAsync(Stream archive, PackageManifest manifest, Func<PackageFile, Stream> create, CancellationToken cancellationToken)
    {
        var left = manifest.Files.ToDictionary(f => f.Name, StringComparer.Ordinal);
        try
        {
            await using var own = new ArchiveStream(archive);
            using var zip = new ZipArchive(own, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count != left.Count)
            {
                throw new FleetFormatException("the archive does not hold the files that its manifest names");
            }

            foreach (var entry in zip.Entries)
            {
                if (!left.Remove(entry.FullName, out var file))
                {
                    throw new FleetFormatException("the archive holds a file that its manifest does not name");
                }

                await using var content = await entry.OpenAsync(cancellationToken);
                await using var target = create(file);
                await CopyAsync(content, target, file, cancellationToken);
            }
        }
        catch (InvalidDataException e)
        {
            throw new FleetFormatException("the archive is broken", e);
        }
    }

    /// <summary>True when a stream is exactly the file that the manifest names.</summary>
    public static async Task<bool> IsFileAsync(Stream content, PackageFile file, CancellationToken cancellationToken) => await HashAsync(content, file.Size, cancellationToken) == (file.Size, file.Hash);

    private static async Task CopyAsync(Stream content, Stream target, PackageFile file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            long length = 0;
            int read;
            while ((read = await content.ReadAsync(chunk, cancellationToken)) > 0)
            {
                length += read;
                if (length > file.Size)
                {
                    break;
                }

                hash.AppendData(chunk, 0, read);
                await target.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            }

            if (length != file.Size || Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Hash)
            {
                throw new FleetFormatException("a file of the archive is not the one that was signed");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Length and hash of a stream; stops beyond <paramref name="most"/> bytes.</summary>
    private static async Task<(long Length, string Hash)> HashAsync(Stream stream, long most, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            long length = 0;
            int read;
            while (length <= most && (read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
            {
                hash.AppendData(chunk, 0, read);
                length += read;
            }

            return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
