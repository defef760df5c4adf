using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet.Updates;

/// <summary>Takes packages that the publisher signed. Agents check them again themselves; here it spares the administrator to find out from them.</summary>
internal sealed class PackageShelf(FleetPackages packages, ReleaseKeys keys)
{
    /// <summary>Longest package that is looked at.</summary>
    public const long MaxBytes = PackageManifest.MaxSize + PackageManifest.MaxManifest + 64;

    /// <summary>Reads what a package is; the stream stands at its archive afterwards. Throws <see cref="FleetFormatException"/> for what the publisher did not sign.</summary>
    public Task<(PackageManifest Manifest, byte[] Signed)> ReadAsync(Stream content, CancellationToken cancellationToken) => PackageReader.ReadHeadAsync(content, keys, cancellationToken);

    /// <summary>Keeps a package of agents; the same one again changes nothing. Offered to nobody yet. Throws <see cref="FleetFormatException"/> naming why it is not taken; nothing is kept then.</summary>
    public async Task<FleetPackageRow> KeepAsync(long orgId, PackageManifest manifest, byte[] signed, Stream content, string actor, CancellationToken cancellationToken)
    {
        var package = await packages.BeginAsync(orgId, manifest, signed, cancellationToken);
        if (package.Whole == 1)
        {
            // Agents ask for an archive by its hash: under two names nobody could say which one is offered.
            return package.Version == manifest.Version.ToString() && package.Platform == manifest.Platform ? package
                : throw new FleetFormatException($"the same archive is here already, as version {package.Version} for {package.Platform}: each version and platform has an archive of its own, ask the publisher");
        }

        try
        {
            await CopyAsync(package, manifest, content, cancellationToken);
        }
        catch
        {
            await packages.RemoveAsync(package, null, CancellationToken.None);
            throw;
        }

        await packages.EndAsync(package, actor, cancellationToken);
        return package with { Whole = 1 };
    }

    private async Task CopyAsync(FleetPackageRow package, PackageManifest manifest, Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[FleetPackages.PartBytes];
        long length = 0;
        for (long part = 0; ; part++)
        {
            var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            length += read;
            if (length > manifest.Size)
            {
                throw new FleetFormatException("the archive is longer than its manifest says");
            }

            if (read > 0)
            {
                hash.AppendData(buffer, 0, read);
                await packages.PutPartAsync(package.Id, part, buffer[..read], cancellationToken);
            }

            if (read < buffer.Length)
            {
                break;
            }
        }

        if (length != manifest.Size)
        {
            throw new FleetFormatException("the archive is cut short");
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != manifest.Hash)
        {
            throw new FleetFormatException("the archive is not the one that was signed");
        }
    }
}
