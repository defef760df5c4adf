using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent.Updates;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>What is cleaned away of the agent's versions, and what is not.</summary>
internal sealed class VersionFolderTests
{
    private readonly ECDsa _publisher = FleetKeys.Create();
    private string _state = "";
    private ReleaseKeys _keys = null!;

    [SetUp]
    public void Begin()
    {
        _state = Directory.CreateTempSubdirectory("copytrack-agent-versions-").FullName;
        _keys = ReleaseKeys.FromPem(_publisher.ExportSubjectPublicKeyInfoPem());
    }

    [TearDown]
    public void End()
    {
        _keys.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    [OneTimeTearDown]
    public void Close() => _publisher.Dispose();

    [Test]
    public async Task What_somebody_may_just_be_unpacking_stays_and_goes_later()
    {
        var folder = new VersionFolder(_state, _keys, "copytrack-agent");
        var now = DateTimeOffset.UtcNow;
        await StageAsync(folder, "0.9.0");
        await StageAsync(folder, "1.0.0");
        await StageAsync(folder, "1.1.0");
        var half = Directory.CreateDirectory(Path.Combine(_state, "versions", "1.2.0.new"));
        await File.WriteAllTextAsync(Path.Combine(half.FullName, "copytrack-agent"), "half");
        await using (folder.OpenPart("other"))
        {
        }

        folder.Clean(ReleaseVersion.Parse("1.0.0"), null, now.AddMinutes(9));
        Assert.That(Names(), Is.EqualTo(new[] { "1.0.0", "1.1.0", "1.2.0.new" }), "the owner's verb has put a version in place, or is at it; it takes none below what runs");
        Assert.That(await folder.IsWholeAsync(ReleaseVersion.Parse("1.1.0"), default), Is.True);

        folder.Clean(ReleaseVersion.Parse("1.0.0"), ReleaseVersion.Parse("1.1.0"), now.AddMinutes(11));
        Assert.That(Names(), Is.EqualTo(new[] { "1.0.0", "1.1.0" }), "what the owner wants stays");
        folder.Clean(ReleaseVersion.Parse("1.0.0"), null, now.AddMinutes(11));
        Assert.That(Names(), Is.EqualTo(new[] { "1.0.0" }));
    }

    private string?[] Names() => [.. Directory.EnumerateFileSystemEntries(Path.Combine(_state, "versions")).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private async Task StageAsync(VersionFolder folder, string version)
    {
        using var scratch = new MemoryStream();
        using var package = new MemoryStream();
        await PackageWriter.WriteAsync("agent", ReleaseVersion.Parse(version), "linux-x64", [("copytrack-agent", () => new MemoryStream(Encoding.ASCII.GetBytes(version)))], _publisher, scratch, package, default);
        package.Position = 0;
        var (_, signed) = await PackageReader.ReadHeadAsync(package, _keys, default);
        await folder.StageAsync(package, signed, default);
    }
}
