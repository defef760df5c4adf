using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Hosting.Updates;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Verbs;

/// <summary>Versions of the server beside each other: checked, started once, switched by a link, never an older one.</summary>
internal sealed class ProgramVersionsTests
{
    private const string Good = "#!/bin/sh\nexit 0\n", Broken = "#!/bin/sh\nexit 1\n";

    private readonly ECDsa _publisher = FleetKeys.Create(), _thief = FleetKeys.Create();
    private string _root = "";
    private ReleaseKeys _keys = null!;

    [SetUp]
    public void Begin()
    {
        _root = Directory.CreateTempSubdirectory("copytrack-versions-").FullName;
        _keys = ReleaseKeys.FromPem(_publisher.ExportSubjectPublicKeyInfoPem());
    }

    [TearDown]
    public void End()
    {
        _keys.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _publisher.Dispose();
        _thief.Dispose();
    }

    [Test]
    public async Task Version_is_put_in_place_by_a_link_and_back()
    {
        Assert.That(Versions("1.0.0").Back(), Is.Null, "nothing was before");
        await TakeAsync("1.0.0", "1.1.0", Good);
        await TakeAsync("1.1.0", "1.2.0", Good);
        Assert.That(Current, Is.EqualTo("1.2.0"));
        Assert.That(Versions("1.2.0").Back(), Is.EqualTo(ReleaseVersion.Parse("1.1.0")));
        Assert.That(Current, Is.EqualTo("1.1.0"));
        Assert.That(() => TakeAsync("1.0.0", "1.1.5", Good), Throws.TypeOf<FleetFormatException>().With.Message.Contains("below 1.2.0"), "versions only rise, also for a program that is older");
        Assert.That(() => TakeAsync("1.2.0", "1.2.0", Good), Throws.TypeOf<FleetFormatException>().With.Message.Contains("not above"));
        Assert.That(Current, Is.EqualTo("1.1.0"));
    }

    [Test]
    public async Task Version_that_does_not_start_or_is_not_the_publishers_changes_nothing()
    {
        await TakeAsync("1.0.0", "1.1.0", Good);
        Assert.That(() => TakeAsync("1.1.0", "1.2.0", Broken), Throws.TypeOf<FleetFormatException>().With.Message.Contains("does not start"));
        Assert.That(() => TakeAsync("1.1.0", "1.2.0", Good, _thief), Throws.TypeOf<FleetFormatException>().With.Message.Contains("not signed"));
        Assert.That(() => TakeAsync("1.1.0", "1.2.0", Good, platform: "win-x64"), Throws.TypeOf<FleetFormatException>().With.Message.Contains("win-x64"));
        Assert.That(Current, Is.EqualTo("1.1.0"));
        Assert.That(Directory.GetDirectories(_root).Select(Path.GetFileName), Is.EquivalentTo(new[] { "1.1.0", "current" }));
        await TakeAsync("1.1.0", "1.2.0", Good);
        Assert.That(Current, Is.EqualTo("1.2.0"));
    }

    [Test]
    public async Task Version_waits_for_the_supervisor_that_has_the_folder_and_nothing_is_switched_beside_it()
    {
        await TakeAsync("1.0.0", "1.1.0", Good);
        var root = new VersionRoot(_root);
        using (root.Take())
        {
            await TakeAsync("1.0.0", "1.2.0", Good);
            Assert.That((Current, root.Wanted), Is.EqualTo(("1.1.0", (ReleaseVersion?)ReleaseVersion.Parse("1.2.0"))));
            Assert.That(() => Versions("1.2.0").Back(), Throws.TypeOf<FleetFormatException>().With.Message.Contains("stop it first"));
        }

        Assert.That(await root.IsWholeAsync(ReleaseVersion.Parse("1.2.0"), _keys, default), Is.True);
        await File.AppendAllTextAsync(root.ProgramOf(ReleaseVersion.Parse("1.2.0")), "# more\n");
        Assert.That(await root.IsWholeAsync(ReleaseVersion.Parse("1.2.0"), _keys, default), Is.False, "what was changed on the disk is not run");
        root.Forget();
        Directory.CreateDirectory(Path.Combine(_root, "1.3.0.new"));
        root.Clean(DateTimeOffset.UtcNow);
        Assert.That(Directory.Exists(Path.Combine(_root, "1.3.0.new")), Is.True, "somebody may be unpacking it");
        root.Clean(DateTimeOffset.UtcNow.AddMinutes(11));
        Assert.That(Directory.GetDirectories(_root).Select(Path.GetFileName), Is.EquivalentTo(new[] { "1.1.0", "current" }));
    }

    private string? Current => new FileInfo(Path.Combine(_root, "current")).LinkTarget;

    private ProgramVersions Versions(string own) => new(new VersionRoot(_root), _keys, ReleaseVersion.Parse(own), "linux-x64", TimeProvider.System);

    private async Task TakeAsync(string own, string version, string program, ECDsa? key = null, string platform = "linux-x64")
    {
        var file = Path.Combine(_root, "p.ctpkg");
        using (var scratch = new MemoryStream())
        await using (var package = File.Create(file))
        {
            await PackageWriter.WriteAsync("server", ReleaseVersion.Parse(version), platform, [("copytrack", () => new MemoryStream(Encoding.ASCII.GetBytes(program)))], key ?? _publisher, scratch, package, default);
        }

        try
        {
            await Versions(own).TakeAsync(file, default);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
