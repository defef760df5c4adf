using System.Collections.Immutable;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Transport;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>One MIT KDC for all tests of this namespace, and ways to log in to it.</summary>
[SetUpFixture]
public sealed class KdcFixture
{
    private static readonly Lazy<Task<PrivateKdc>> Server = new(PrivateKdc.StartAsync);

    internal static Task<PrivateKdc> KdcAsync() => Server.Value;

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        if (Server.IsValueCreated)
        {
            await (await Server.Value).DisposeAsync();
        }
    }

    /// <summary>The rules of a site in the KDC's realm.</summary>
    internal static KerberosRules Rules(PrivateKdc kdc, string? keytab = null, string service = PrivateKdc.Service) => new()
    {
        Realm = PrivateKdc.Realm, Realms = [PrivateKdc.Realm, PrivateKdc.OtherRealm],
        Service = new Principal(new PrincipalName(PrincipalName.Service, [.. service.Split('/')]), PrivateKdc.Realm),
        Keytab = Keytab.Read(File.ReadAllBytes(keytab ?? kdc.Keytab)),
    };

    /// <summary>A client of KDCs at these ports, in this order.</summary>
    internal static KerberosClient Client(TimeSpan patience, params int[] ports)
    {
        ImmutableArray<KdcEndpoint> servers = [.. ports.Select(p => new KdcEndpoint("127.0.0.1", p))];
        var named = ImmutableDictionary<string, ImmutableArray<KdcEndpoint>>.Empty.Add(PrivateKdc.Realm, servers).Add(PrivateKdc.OtherRealm, servers);
        return new KerberosClient(new KdcChannel(new KdcList(named, new Nowhere()), patience, TimeProvider.System), TimeProvider.System);
    }

    private sealed class Nowhere : IKdcLocator
    {
        public Task<IReadOnlyList<KdcEndpoint>> FindAsync(string realm, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<KdcEndpoint>>([]);
    }
}
