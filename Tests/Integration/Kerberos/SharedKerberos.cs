using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>
/// One KDC and one site for the fixtures of causes, and that KDC for others that leave it as it is: it takes seconds to make them. Fixtures run one after the other, and each
/// test that changes something of the KDC changes it back.
/// </summary>
[SetUpFixture]
public sealed class SharedKerberos
{
    private static readonly Lazy<Task<PrivateKdc>> Kdc = new(PrivateKdc.StartAsync);

    private static readonly Lazy<Task<KerberosSite>> Site = new(async () => await KerberosSite.StartAsync(
        Db.Sqlite, await Kdc.Value, "--Lockout:TerminalAttempts=1000", "--Lockout:Attempts=1000", "--Sessions:HandoverSeconds=0"));

    internal static Task<PrivateKdc> KdcAsync() => Kdc.Value;

    internal static Task<KerberosSite> SiteAsync() => Site.Value;

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        if (Site.IsValueCreated)
        {
            await (await Site.Value).DisposeAsync();
        }

        if (Kdc.IsValueCreated)
        {
            await (await Kdc.Value).DisposeAsync();
        }
    }
}
