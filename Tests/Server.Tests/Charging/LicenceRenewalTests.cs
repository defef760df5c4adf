using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Identity.Licensing;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Charging;

/// <summary>A licence by a package: the publisher's twice, and lasting longer than the one in place.</summary>
[TestFixture(Db.Sqlite)]
internal sealed class LicenceRenewalTests(Db db) : DatabaseFixture(db)
{
    private static readonly DateTimeOffset s_now = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _publisher = FleetKeys.Create(), _thief = FleetKeys.Create();
    private string _folder = "";

    [SetUp]
    public void Begin()
    {
        _folder = Directory.CreateTempSubdirectory("copytrack-renewal-").FullName;
        File.WriteAllText(Path.Combine(_folder, "pub.pem"), _publisher.ExportSubjectPublicKeyInfoPem());
    }

    [TearDown]
    public void End() => Directory.Delete(_folder, recursive: true);

    [OneTimeTearDown]
    public void Close()
    {
        _publisher.Dispose();
        _thief.Dispose();
    }

    [Test]
    public async Task Licence_that_lasts_longer_takes_the_place_of_the_one_before()
    {
        Assert.That((await TakeAsync("L1", 30, _publisher)).Id, Is.EqualTo("L1"), "the first one");
        Assert.That((await TakeAsync("L2", 60, _publisher)).Id, Is.EqualTo("L2"));
        Assert.That(() => TakeAsync("L1", 30, _publisher), Throws.TypeOf<FleetFormatException>().With.Message.Contains("as long or longer"), "an old one again");
        Assert.That(() => TakeAsync("L3", 90, _thief), Throws.TypeOf<FleetFormatException>().With.Message.Contains("not the publisher's"));
        Assert.That((await File.ReadAllTextAsync(Licence)).Split('\n')[0], Is.EqualTo(Text("L2", 60, _publisher).Split('\n')[0]), "the claims; a signature is another one each time");
        Assert.That((await TakeAsync("L4", null, _publisher)).Until, Is.Null);
        Assert.That(() => TakeAsync("L5", 9000, _publisher), Throws.TypeOf<FleetFormatException>(), "nothing is longer than for ever");
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'licence.renew'"), Is.EqualTo(3));
    }

    [Test]
    public void Server_without_a_licence_file_needs_none() => Assert.That(
        () => new LicenceRenewal(new LicenceOptions(null, null), Database, new AuditLog(Database, Ids, TimeProvider.System)).TakeAsync(1, Text("L1", 1, _publisher), "test", default),
        Throws.TypeOf<FleetFormatException>().With.Message.Contains("licensed for everyone"));

    private string Licence => Path.Combine(_folder, "licence.txt");

    private static string Text(string id, int? days, ECDsa key) => LicenceFile.Write(new Entitlement(id, "Acme", s_now, days is { } count ? s_now.AddDays(count) : null), key);

    private async Task<Entitlement> TakeAsync(string id, int? days, ECDsa licensor)
    {
        using var keys = ReleaseKeys.FromPem(_publisher.ExportSubjectPublicKeyInfoPem());
        using var scratch = new MemoryStream();
        using var package = new MemoryStream();
        await PackageWriter.WriteAsync(
            PackageManifest.Licence, new ReleaseVersion(1, 0, 0), "any", [(PackageManifest.LicenceName, () => new MemoryStream(Encoding.ASCII.GetBytes(Text(id, days, licensor))))], _publisher, scratch, package, default);
        package.Position = 0;
        var (manifest, _) = await PackageReader.ReadHeadAsync(package, keys, default);
        return await new LicenceRenewal(new LicenceOptions(Licence, Path.Combine(_folder, "pub.pem")), Database, new AuditLog(Database, Ids, TimeProvider.System)).TakeAsync(1, manifest, package, "test", default);
    }
}
