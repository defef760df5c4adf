using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Identity.Licensing;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Charging;

/// <summary>Puts a newer licence in the place of <c>Licence:File</c>: one that the publisher signed, and that lasts longer than the one that is there.</summary>
internal sealed class LicenceRenewal(LicenceOptions options, IDatabase database, AuditLog audit)
{
    /// <summary>Takes the licence of a package whose head was read and checked. Throws <see cref="FleetFormatException"/> naming why not; the file is as it was then.</summary>
    public async Task<Entitlement> TakeAsync(long orgId, PackageManifest manifest, Stream content, string actor, CancellationToken cancellationToken)
    {
        using var archive = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while (archive.Length <= manifest.Size && (read = await content.ReadAsync(chunk, cancellationToken)) > 0)
        {
            archive.Write(chunk, 0, read);
        }

        archive.Position = 0;
        await PackageReader.CheckArchiveAsync(archive, manifest, cancellationToken);
        archive.Position = 0;
        using var text = new MemoryStream();
        await PackageReader.UnpackAsync(archive, manifest, _ => new Kept(text), cancellationToken);
        return await TakeAsync(orgId, Encoding.UTF8.GetString(text.ToArray()), actor, cancellationToken);
    }

    /// <summary>Takes the text of a licence; as above.</summary>
    public async Task<Entitlement> TakeAsync(long orgId, string text, string actor, CancellationToken cancellationToken)
    {
        if (options is not { File: { } file, PublisherKeyFile: { } keyFile })
        {
            throw new FleetFormatException("no licence file is named (Licence:File): copy tracking is licensed for everyone");
        }

        var fresh = Read(text, keyFile);
        var before = File.Exists(file) ? Read(await File.ReadAllTextAsync(file, cancellationToken), keyFile, quiet: true) : null;
        if (before is not null && (before.Until is null || fresh.Until <= before.Until))
        {
            throw new FleetFormatException("the licence that is there lasts as long or longer");
        }

        try
        {
            await File.WriteAllTextAsync(file + ".new", text, cancellationToken);
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FleetFormatException($"Licence:File can't be written: {e.Message}", e);
        }

        await database.WriteAsync(
            async (c, ct) =>
            {
                await audit.AddAsync(c, orgId, actor, "licence.renew", $"licence:{fresh.Id}", before?.Id, fresh.Id, ct);
                return true;
            },
            cancellationToken);
        return fresh;
    }

    private static Entitlement Read(string text, string keyFile, bool quiet)
    {
        try
        {
            return Read(text, keyFile);
        }
        catch (FleetFormatException) when (quiet)
        {
            // What is no licence is replaced by any that is one.
            return new Entitlement("-", "-", DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        }
    }

    private static Entitlement Read(string text, string keyFile)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new FleetFormatException("Licence:PublisherKeyFile can't be read", e);
        }

        return LicenceFile.Read(text, key) switch
        {
            LicenceOutcome.Good good => good.Entitlement,
            LicenceOutcome.Bad bad => throw new FleetFormatException(bad.Reason),
            _ => throw new InvalidOperationException("an outcome that is none"),
        };
    }

    /// <summary>Leaves the stream that it writes to open.</summary>
    private sealed class Kept(MemoryStream target) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => target.WriteAsync(buffer, cancellationToken);
    }
}
