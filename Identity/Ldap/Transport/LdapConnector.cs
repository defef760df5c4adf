using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace CopyTrack.Identity.Ldap.Transport;

/// <summary>
/// The servers of one directory in order. One that failed is tried last for a while, which doubles up to ten minutes. A refused password is
/// not tried at the next server: that would lock the account. Safe for use by many threads.
/// </summary>
public sealed class LdapConnector(ImmutableArray<LdapServer> servers, LdapSettings settings, Func<CancellationToken, Task<LdapCredential>> credential, TimeProvider time) : ILdapConnector
{
    private readonly ConcurrentDictionary<LdapServer, ServerRest> _resting = new();

    /// <summary>The servers as configured.</summary>
    public ImmutableArray<LdapServer> Servers { get; } = servers;

    /// <inheritdoc/>
    public async Task<ILdapConnection> ConnectAsync(LdapServer? preferred, CancellationToken cancellationToken)
    {
        var who = await credential(cancellationToken);
        var failures = new List<LdapException>();
        foreach (var server in FailoverOrder.Of(Servers, preferred, s => _resting.GetValueOrDefault(s), time.GetUtcNow()))
        {
            try
            {
                var connection = await LdapConnection.OpenAsync(server, settings, who, cancellationToken);
                _resting.TryRemove(server, out _);
                return connection;
            }
            catch (LdapException e) when (FailoverOrder.MayTryNext(e.Cause))
            {
                failures.Add(e);
                _resting.AddOrUpdate(server, _ => FailoverOrder.Rest(default, time.GetUtcNow()), (_, rest) => FailoverOrder.Rest(rest, time.GetUtcNow()));
            }
        }

        throw failures.Count == 1 ? failures[0] : new LdapException(failures[0].Cause, string.Join("; ", failures.Select(f => f.Message)), failures[0]) { ResultCode = failures[0].ResultCode };
    }
}
