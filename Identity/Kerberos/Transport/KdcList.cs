using System.Collections.Immutable;

namespace CopyTrack.Identity.Kerberos.Transport;

/// <summary>The servers that the configuration names; other realms are asked of <paramref name="otherwise"/> (DNS).</summary>
public sealed class KdcList(ImmutableDictionary<string, ImmutableArray<KdcEndpoint>> named, IKdcLocator otherwise) : IKdcLocator
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<KdcEndpoint>> FindAsync(string realm, CancellationToken cancellationToken) =>
        named.TryGetValue(realm, out var servers) ? Task.FromResult<IReadOnlyList<KdcEndpoint>>(servers) : otherwise.FindAsync(realm, cancellationToken);
}
