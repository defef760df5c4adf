using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>Makes packages; used where the publisher's private key is, and by tests.</summary>
public static class PackageWriter
{
    // The archive of the same files is the same bytes whenever it is made.
    private static readonly DateTimeOffset s_when = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Writes a package of files (plain name, content). <paramref name="scratch"/> is an empty stream that can be read, written and sought. Gives the manifest. Throws
    /// <see cref="FleetFormatException"/> for what no reader would take.
    /// </summary>
    public static async Task<PackageManifest> WriteAsync(
        string product, ReleaseVersion version, string platform, IReadOnlyList<(string Name, Func<Stream> Open)> files, ECDsa key, Stream scratch, Stream package, CancellationToken cancellationToken)
    {
        var listed = ImmutableArray.CreateBuilder<PackageFile>();
        await using (var zip = await ZipArchive.CreateAsync(scratch, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            foreach (var (name, open) in files.OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
                entry.LastWriteTime = s_when;
                await using var content = open();
                await using var target = await entry.OpenAsync(cancellationToken);
                listed.Add(await AddAsync(name, content, target, cancellationToken));
            }
        }

        scratch.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(scratch, cancellationToken));
        var manifest = new PackageManifest(product, version, platform, scratch.Length, hash, listed.ToImmutable());
        var signed = manifest.Seal(key);
        await package.WriteAsync(Head(signed), cancellationToken);
        scratch.Position = 0;
        await scratch.CopyToAsync(package, cancellationToken);
        return manifest;
    }

    /// <summary>What stands before the archive of a package with this signed manifest.</summary>
    public static byte[] Head(byte[] signed) => [.. Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{PackageReader.Mark}{signed.Length}\n")), .. signed];

    private static async Task<PackageFile> AddAsync(string name, Stream content, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[64 * 1024];
        long length = 0;
        int read;
        while ((read = await content.ReadAsync(chunk, cancellationToken)) > 0)
        {
            hash.AppendData(chunk, 0, read);
            length += read;
            await target.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        return new PackageFile(name, length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
