using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Identity.Licensing;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet.Updates;

namespace CopyTrack.Server.Api;

/// <summary>Where the publisher's packages come in, by page and by REST: those of agents go to the shelf, a licence takes its place here.</summary>
internal sealed class PackageIntake(PackageShelf shelf, LicenceRenewal licences)
{
    /// <summary>One of the two, by what the package is. Throws <see cref="FleetFormatException"/> naming why it is not taken.</summary>
    public async Task<(FleetPackageRow? Package, Entitlement? Licence)> TakeAsync(long orgId, Stream content, string actor, CancellationToken cancellationToken)
    {
        (PackageManifest manifest, byte[] signed) = await shelf.ReadAsync(content, cancellationToken);
        return manifest.Product switch
        {
            PackageManifest.Agent => (await shelf.KeepAsync(orgId, manifest, signed, content, actor, cancellationToken), null),
            PackageManifest.Licence => (null, await licences.TakeAsync(orgId, manifest, content, actor, cancellationToken)),
            _ => throw new FleetFormatException("the package is for the server itself: it is taken under 'This server' on the page Updates, or by 'copytrack update take' on its machine"),
        };
    }
}
