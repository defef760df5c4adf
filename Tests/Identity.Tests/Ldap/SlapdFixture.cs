using System.Collections.Immutable;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Ldap.Transport;
using CopyTrack.Identity.Replication;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Ldap;

/// <summary>One OpenLDAP for the tests that only read it or change what is theirs.</summary>
[SetUpFixture]
public sealed class SlapdFixture
{
    internal static PrivateSlapd Slapd { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => Slapd = await PrivateSlapd.StartAsync(
        string.Concat(Enumerable.Range(0, 50).Select(i => PrivateSlapd.Person($"p{i:D2}", $"mail: p{i:D2}@example.org")))
        + PrivateSlapd.Group("staff", PrivateSlapd.Dn("p00"), PrivateSlapd.Dn("p01")),
        extra: "referral ldap://elsewhere.example.org");

    [OneTimeTearDown]
    public Task StopAsync() => Slapd?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    internal static LdapSettings Settings { get; } = new() { ConnectTimeout = TimeSpan.FromSeconds(5), ReplyTimeout = TimeSpan.FromSeconds(5) };

    internal static LdapSettings Trusting(PrivateSlapd slapd) => Settings with { TrustedCas = slapd.Certificates.Trust };

    internal static LdapCredential Reader { get; } = new LdapCredential.Simple(PrivateSlapd.Reader, PrivateSlapd.Password);

    internal static Task<LdapConnection> OpenAsync(string? url = null, LdapCredential? who = null, LdapSettings? settings = null) =>
        LdapConnection.OpenAsync(LdapServer.Parse(url ?? Slapd.Url)!, settings ?? Trusting(Slapd), who ?? Reader, default);

    internal static FeedScope People(string filter = "(objectClass=inetOrgPerson)", string ou = "people") => new()
    {
        BaseDn = $"ou={ou},{PrivateSlapd.Suffix}", Filter = LdapFilter.Parse(filter), IdAttribute = "entryUUID", PageSize = 7,
        Attributes = ["entryUUID", "modifyTimestamp", "uid", "mail"],
    };

    internal static async Task<ImmutableArray<FeedItem>> ReadAsync(IAsyncEnumerable<FeedItem> feed)
    {
        var items = ImmutableArray.CreateBuilder<FeedItem>();
        await foreach (var item in feed)
        {
            items.Add(item);
        }

        return items.ToImmutable();
    }

    internal static IEnumerable<string?> Names(IEnumerable<FeedItem> items) => items.OfType<FeedItem.Entry>().Select(e => e.Value.Text("uid")).Order(StringComparer.Ordinal);
}
