using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Pkinit;
using CopyTrack.Identity.Kerberos.Transport;
using CopyTrack.TestKit.Kerberos;

namespace CopyTrack.Benchmarks.Kerberos;

/// <summary>Smart card logins against a MIT KDC, one after the other: what is the server's share, without the card and the waiting for the KDC.</summary>
internal static class CardBench
{
    private const int Warm = 5, Logins = 60;

    public static async Task<int> RunAsync()
    {
        await using var kdc = await PrivateKdc.StartAsync();
        using var key = RSA.Create(2048);
        using var card = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        var servers = ImmutableDictionary<string, ImmutableArray<KdcEndpoint>>.Empty.Add(PrivateKdc.Realm, [new KdcEndpoint("127.0.0.1", kdc.Port)]);
        var waiting = new Waiting(new KdcChannel(new KdcList(servers, new DnsKdcLocator(TimeSpan.FromSeconds(1), TimeProvider.System)), TimeSpan.FromSeconds(10), TimeProvider.System));
        var client = new KerberosClient(waiting, TimeProvider.System);
        foreach (var group in new[] { KeyAgreementGroup.Modp14, KeyAgreementGroup.Modp16 })
        {
            var rules = new KerberosRules
            {
                Realm = PrivateKdc.Realm, Realms = [PrivateKdc.Realm], Service = new Principal(new PrincipalName(PrincipalName.Service, [.. PrivateKdc.Service.Split('/')]), PrivateKdc.Realm),
                Keytab = Keytab.Read(await File.ReadAllBytesAsync(kdc.Keytab)), Pkinit = new PkinitRules { Anchors = [kdc.Pki.Certificate], Group = group },
            };
            List<double> shares = [], totals = [];
            for (var i = 0; i < Warm + Logins; i++)
            {
                var signing = TimeSpan.Zero;
                waiting.Waited = TimeSpan.Zero;
                var whole = Stopwatch.StartNew();
                var outcome = await client.SmartCardAsync(
                    rules, card.RawData, (request, _) =>
                    {
                        var began = Stopwatch.GetTimestamp();
                        var signature = key.SignData(request.ToBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                        signing += Stopwatch.GetElapsedTime(began);
                        return Task.FromResult<CardAnswer>(new CardAnswer.Signed(signature));
                    },
                    CancellationToken.None);
                whole.Stop();
                if (outcome is not KerberosOutcome.Verified)
                {
                    Console.Error.WriteLine(outcome);
                    return 1;
                }

                if (i >= Warm)
                {
                    totals.Add(whole.Elapsed.TotalMilliseconds);
                    shares.Add((whole.Elapsed - waiting.Waited - signing).TotalMilliseconds);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure smart card login, {group}: {Median(shares):F1}|{shares.Max():F1}|{Median(totals):F1}"));
        }

        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Adds up the time that the KDC takes.</summary>
    private sealed class Waiting(IKdcChannel inner) : IKdcChannel
    {
        public TimeSpan Waited { get; set; }

        public async Task<byte[]> AskAsync(string realm, byte[] message, bool stream, CancellationToken cancellationToken)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = await inner.AskAsync(realm, message, stream, cancellationToken);
            Waited += Stopwatch.GetElapsedTime(began);
            return answer;
        }
    }
}
