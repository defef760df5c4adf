using System.Diagnostics;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>A MIT KDC, a proxy before it that may lie, and a site that logs in through it.</summary>
internal sealed class KerberosSite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly bool ownKdc;

    private KerberosSite(PrivateKdc kdc, bool ownKdc, KdcProxy proxy, LiveSite site)
    {
        (Kdc, this.ownKdc, Proxy, Site) = (kdc, ownKdc, proxy, site);
    }

    public PrivateKdc Kdc { get; }

    public KdcProxy Proxy { get; }

    public LiveSite Site { get; }

    /// <summary>Starts everything. People: everybody of the KDC's by their principal, but <c>carol</c>, whom no record knows.</summary>
    public static async Task<KerberosSite> StartAsync(Db db, PrivateKdc? kdc = null, params string[] settings)
    {
        var mine = kdc is null;
        kdc ??= await PrivateKdc.StartAsync();
        var proxy = new KdcProxy(kdc.Port);
        LiveSite? site = null;
        try
        {
            var anchors = Path.Combine(kdc.Directory, "ca.pem");
            site = await LiveSite.StartAsync(
                db, [$"--Kerberos:Realm={PrivateKdc.Realm}", $"--Kerberos:Realms={PrivateKdc.OtherRealm}", $"--Kerberos:KeytabFile={kdc.Keytab}",
                    $"--Kerberos:Kdcs:{PrivateKdc.Realm}=127.0.0.1:{proxy.Port}", $"--Kerberos:Kdcs:{PrivateKdc.OtherRealm}=127.0.0.1:{proxy.Port}",
                    "--Kerberos:TimeoutSeconds=2", $"--Kerberos:SmartCard:AnchorFile={anchors}", "--Terminals:LoginMethods=card;password;smartcard", .. settings]);
            string[] people = ["alice", "nopreauth", "sha2", "rc4", "expired", "pwexpired", "disabled", "lockable"];
            var lines = people.Select(p => $"{p},{p}@{PrivateKdc.Realm},").Append($"bob,bob@{PrivateKdc.OtherRealm},").Append("dora,dora@ACME.TEST,false");
            await site.GoodAsync("import", "users", site.Write("people.csv", "username,principal,enabled\n" + string.Join('\n', lines) + "\n"));
            return new KerberosSite(kdc, mine, proxy, site);
        }
        catch
        {
            if (site is not null)
            {
                await site.DisposeAsync();
            }

            await proxy.DisposeAsync();
            if (mine)
            {
                await kdc.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>A password login; the whole reply.</summary>
    public static Task<JsonNode> LoginAsync(LiveTerminal terminal, string name, string password, string? attempt = null)
    {
        var parameters = new JsonObject { ["method"] = "password", ["username"] = name, ["password"] = password };
        if (attempt is not null)
        {
            parameters["attempt"] = attempt;
        }

        return terminal.AskAsync("session.login", parameters);
    }

    /// <summary>Waits until the server's log has a line with this text, at <paramref name="from"/> or later, and returns the line.</summary>
    public async Task<string> UntilLoggedAsync(string text, int from = 0)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(20))
        {
            // The last line may be on its way.
            if (Site.Log[from..].Split('\n')[..^1].FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }
        }

        throw new AssertionException($"the log never says \"{text}\":\n{Site.Log}\n{Kdc.Log}");
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await Proxy.DisposeAsync();
        if (ownKdc)
        {
            await Kdc.DisposeAsync();
        }
    }
}
