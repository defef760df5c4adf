using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Secrets;

[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed class SecretFolderTests
{
    private string root = "";

    private SecretsOptions Options => new() { Directory = Path.Combine(root, "secrets"), CreateWhenMissing = true, ServerNames = ["copytrack.example", "127.0.0.1"] };

    [SetUp]
    public void MakeRoot() => root = Directory.CreateTempSubdirectory("copytrack-secrets-").FullName;

    [TearDown]
    public void DropRoot() => Directory.Delete(root, recursive: true);

    [Test]
    public void Folder_and_files_are_closed_to_others_when_made()
    {
        using var folder = SecretFolder.Open(Options, TimeProvider.System);
        _ = folder.ServerCertificate.Current;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Prepend(folder.Path))
        {
            var expected = Directory.Exists(path) ? "700" : "600";
            Assert.That(Convert.ToString((int)File.GetUnixFileMode(path), 8), Is.EqualTo(expected), path);
        }
        Assert.That(Directory.GetDirectories(root), Has.Length.EqualTo(1), "nothing half made is left");
    }

    [Test]
    public void Start_is_refused_with_the_remedy_when_a_key_is_open_to_others()
    {
        SecretFolder.Open(Options, TimeProvider.System).Dispose();
        var key = Path.Combine(Options.Directory, "ca.key");
        File.SetUnixFileMode(key, (UnixFileMode)0b110_100_000);
        Assert.That(() => SecretFolder.Open(Options, TimeProvider.System), Throws.TypeOf<SecretsException>().With.Message.Contains("chmod 600 " + key));
    }

    [Test]
    public void Start_is_refused_when_the_folder_is_missing_and_may_not_be_made() =>
        Assert.That(() => SecretFolder.Open(Options with { CreateWhenMissing = false }, TimeProvider.System), Throws.TypeOf<SecretsException>().With.Message.Contains("secrets init"));

    [TestCase("ca.key")]
    [TestCase("hash-keys.json")]
    [TestCase("sealing.key")]
    public void Start_is_refused_when_a_file_is_damaged_or_missing(string name)
    {
        SecretFolder.Open(Options, TimeProvider.System).Dispose();
        var path = Path.Combine(Options.Directory, name);
        File.WriteAllText(path, "{}");
        Assert.That(() => SecretFolder.Open(Options, TimeProvider.System), Throws.TypeOf<SecretsException>());
        File.Delete(path);
        Assert.That(() => SecretFolder.Open(Options, TimeProvider.System), Throws.TypeOf<SecretsException>());
    }

    [Test]
    public void Secrets_stay_the_same_when_the_folder_is_opened_again()
    {
        using var first = SecretFolder.Open(Options, TimeProvider.System);
        using var second = SecretFolder.Open(Options, TimeProvider.System);
        Assert.That(second.Fingerprints(), Is.EqualTo(first.Fingerprints()));
        Assert.That(second.Sealer.Open(first.Sealer.Seal("public")), Is.EqualTo("public"));
        Assert.That(second.ServerCertificate.Current.TargetCertificate.Thumbprint, Is.EqualTo(first.ServerCertificate.Current.TargetCertificate.Thumbprint));
    }

    [Test]
    public void Sealed_text_opens_only_unchanged_and_only_with_its_own_key()
    {
        using var folder = SecretFolder.Open(Options, TimeProvider.System);
        var sealedText = folder.Sealer.Seal("gehëim");
        Assert.That(folder.Sealer.Open(sealedText), Is.EqualTo("gehëim"));
        Assert.That(folder.Sealer.Seal("gehëim"), Is.Not.EqualTo(sealedText));
        Assert.That(() => folder.OfflineTokens.Open(sealedText), Throws.InstanceOf<CryptographicException>());
        for (var i = 0; i < sealedText.Length; i++)
        {
            var changed = (byte[])sealedText.Clone();
            changed[i] ^= 1;
            Assert.That(() => folder.Sealer.Open(changed), Throws.InstanceOf<CryptographicException>());
            Assert.That(() => folder.Sealer.Open(sealedText.AsSpan(0, i)), Throws.InstanceOf<CryptographicException>());
        }
    }

    [Test]
    public void Rotation_makes_a_newest_key_and_keeps_the_old_one_until_it_is_retired()
    {
        var time = new ManualTime();
        using var folder = SecretFolder.Open(Options, time);
        var before = folder.HashKeys.Current;
        var hash = before.Hash(HashKinds.Card, 1, "04A2");
        var id = SecretFolder.Rotate(Options, time);
        time.Advance(TimeSpan.FromSeconds(2));
        File.SetLastWriteTimeUtc(Path.Combine(Options.Directory, "hash-keys.json"), DateTime.UtcNow.AddSeconds(5));
        Assert.That(folder.HashKeys.Current.NewestKeyId, Is.EqualTo(id));
        Assert.That(folder.HashKeys.Current.Verify(hash, HashKinds.Card, 1, "04A2"), Is.EqualTo(HashMatch.Old));
        Assert.That(() => SecretFolder.Retire(Options, id, time), Throws.TypeOf<SecretsException>());
        SecretFolder.Retire(Options, before.NewestKeyId, time);
        using var again = SecretFolder.Open(Options, time);
        Assert.That(again.HashKeys.Current.Verify(hash, HashKinds.Card, 1, "04A2"), Is.EqualTo(HashMatch.No));
    }

    [Test]
    public void Server_certificate_is_made_anew_when_names_change_or_its_last_third_begins()
    {
        var time = new ManualTime();
        using var folder = SecretFolder.Open(Options, time);
        var first = folder.ServerCertificate.Current.TargetCertificate;
        Assert.That(first.MatchesHostname("copytrack.example"), Is.True);
        Assert.That(first.MatchesHostname("127.0.0.1"), Is.True);
        time.Advance(TimeSpan.FromDays(200));
        Assert.That(folder.ServerCertificate.Current.TargetCertificate.Thumbprint, Is.EqualTo(first.Thumbprint));
        time.Advance(TimeSpan.FromDays(100));
        Assert.That(folder.ServerCertificate.Current.TargetCertificate.Thumbprint, Is.Not.EqualTo(first.Thumbprint));
        using var renamed = SecretFolder.Open(Options with { ServerNames = ["other.example"] }, time);
        Assert.That(renamed.ServerCertificate.Current.TargetCertificate.MatchesHostname("other.example"), Is.True);
        Assert.That(renamed.Authority.Fingerprint, Is.EqualTo(folder.Authority.Fingerprint));
    }

    [Test]
    public void Terminal_certificate_names_the_terminal_and_is_good_for_client_authentication_alone()
    {
        using var folder = SecretFolder.Open(Options, TimeProvider.System);
        using var rsa = RSA.Create(2048);
        using var certificate = folder.Authority.Issue("term-1", new PublicKey(rsa), TimeProvider.System.GetUtcNow());
        Assert.That(TerminalNames.Read(certificate), Is.EqualTo("term-1"));
        Assert.That(certificate.SerialNumber, Has.Length.EqualTo(32));
        Assert.That(certificate.NotAfter.ToUniversalTime(), Is.EqualTo(DateTime.UtcNow.AddYears(1)).Within(TimeSpan.FromMinutes(1)));
        Assert.That(IsGoodFor(certificate, folder.Authority.Certificate, "1.3.6.1.5.5.7.3.2"), Is.True);
        Assert.That(IsGoodFor(certificate, folder.Authority.Certificate, "1.3.6.1.5.5.7.3.1"), Is.False);
    }

    [Test]
    public void Cookies_protected_by_one_node_are_read_by_another_that_has_the_same_folder()
    {
        var first = new ServiceCollection().AddLogging().AddSecrets(Options).BuildServiceProvider();
        var second = new ServiceCollection().AddLogging().AddSecrets(Options).BuildServiceProvider();
        var text = first.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Protect("hello");
        Assert.That(second.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(text), Is.EqualTo("hello"));
        Assert.That(() => SecretFolder.Open(Options, TimeProvider.System), Throws.Nothing, "what protection wrote is still closed to others");
    }

    private static bool IsGoodFor(X509Certificate2 certificate, X509Certificate2 authority, string usage)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        return chain.Build(certificate);
    }

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => now += by;
    }
}
