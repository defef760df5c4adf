using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>Packages: what is not what the publisher signed, to the last byte, is refused before or while it is unpacked.</summary>
public sealed class UpdatePackageTests
{
    private readonly ECDsa _publisher = FleetKeys.Create(), _thief = FleetKeys.Create();
    private ReleaseKeys _keys = null!;

    [OneTimeSetUp]
    public void Begin() => _keys = ReleaseKeys.FromPem(_thief.ExportSubjectPublicKeyInfoPem() + "\n" + _publisher.ExportSubjectPublicKeyInfoPem());

    [OneTimeTearDown]
    public void End()
    {
        _keys.Dispose();
        _publisher.Dispose();
        _thief.Dispose();
    }

    [Test]
    public async Task Package_comes_out_as_it_went_in_by_any_key_that_is_built_in()
    {
        var package = await MakeAsync(_publisher);
        var (manifest, files) = await OpenAsync(package, _keys);
        Assert.That((manifest.Product, manifest.Version, manifest.Platform), Is.EqualTo(("agent", new ReleaseVersion(1, 20, 3), "linux-x64")));
        Assert.That(files.Select(f => (f.Key, Encoding.ASCII.GetString(f.Value.ToArray()))), Is.EqualTo(new[] { ("copytrack-agent", new string('a', 5000)), ("notes.txt", "hello") }));
        Assert.That(await MakeAsync(_publisher), Has.Length.EqualTo(package.Length), "the same files make the same archive");
        Assert.That((await OpenAsync(await MakeAsync(_thief), _keys)).Manifest.Size, Is.Positive);
    }

    [Test]
    public async Task Every_changed_byte_and_every_cut_is_refused()
    {
        using var own = ReleaseKeys.FromPem(_publisher.ExportSubjectPublicKeyInfoPem());
        var package = await MakeAsync(_publisher);
        for (var i = 0; i < package.Length; i++)
        {
            var changed = (byte[])package.Clone();
            changed[i] ^= 0x11;
            await Assert.ThrowsAsync<FleetFormatException>(() => OpenAsync(changed, own), $"byte {i}");
            await Assert.ThrowsAsync<FleetFormatException>(() => OpenAsync(package[..i], own), $"cut at {i}");
        }

        await Assert.ThrowsAsync<FleetFormatException>(() => OpenAsync([.. package, 0], own), "longer than it says");
        Assert.That(async () => await OpenAsync(await MakeAsync(_thief), own), Throws.TypeOf<FleetFormatException>().With.Message.Contains("not signed by the publisher"));
    }

    [Test]
    public async Task Program_without_a_key_takes_nothing()
    {
        using var none = ReleaseKeys.BuiltIn();
        Assert.That(none.Any, Is.False, "this build has no key");
        var package = await MakeAsync(_publisher);
        Assert.That(async () => await OpenAsync(package, none), Throws.TypeOf<FleetFormatException>().With.Message.Contains("without a release key"));
        Assert.Throws<FleetFormatException>(() => ReleaseKeys.FromPem("nothing"));
        Assert.Throws<FleetFormatException>(() => ReleaseKeys.FromPem(_publisher.ExportECPrivateKeyPem()), "a private key is not for programs");
    }

    [TestCase("../agent")]
    [TestCase("/etc/passwd")]
    [TestCase("a/b")]
    [TestCase("a\\b")]
    [TestCase("C:x")]
    [TestCase(".manifest")]
    [TestCase("agent.")]
    [TestCase("")]
    [TestCase("a b")]
    public void Name_that_is_more_than_a_name_is_not_even_signed(string name)
    {
        var manifest = new PackageManifest("agent", new ReleaseVersion(1, 0, 0), "linux-x64", 10, new string('0', 64), [new PackageFile(name, 1, new string('0', 64))]);
        Assert.That(PackageManifest.IsPlainName(name), Is.False);
        Assert.Throws<FleetFormatException>(() => manifest.Seal(_publisher));
    }

    [Test]
    public async Task Archive_that_holds_other_than_its_manifest_names_is_refused_entry_by_entry()
    {
        await RefusedAsync([("a", "x")], [("a", "x"), ("../b", "y")], "a file more, with a path");
        await RefusedAsync([("a", "x")], [("../a", "x")], "another name");
        await RefusedAsync([("a", "x"), ("b", "y")], [("a", "x"), ("a", "x")], "one twice, one missing");
        await RefusedAsync([("a", "x"), ("b", "y")], [("a", "x")], "one missing");
        await RefusedAsync([("a", "x")], [("a", "z")], "another content");
        await RefusedAsync([("a", "x")], [("a", new string('x', 50_000_000))], "a bomb: more than was signed comes out");
    }

    [Test]
    public void Manifest_beyond_its_bounds_is_refused()
    {
        var hash = new string('0', 64);
        var good = new PackageManifest("agent", new ReleaseVersion(1, 0, 0), "linux-x64", 10, hash, [new PackageFile("a", 1, hash)]);
        Assert.DoesNotThrow(() => good.Seal(_publisher));
        foreach (var bad in new[]
        {
            good with { Product = "toaster" }, good with { Platform = "linux x64" }, good with { Size = 0 }, good with { Size = PackageManifest.MaxSize + 1L }, good with { Hash = "00" }, good with { Files = [] },
            good with { Files = [new PackageFile("a", 1, hash), new PackageFile("A", 1, hash)] }, good with { Files = [new PackageFile("a", PackageManifest.MaxUnpacked + 1, hash)] },
            good with { Files = [.. Enumerable.Range(0, 601).Select(i => new PackageFile($"f{i}", 1, hash))] }, good with { Product = "licence" },
        })
        {
            Assert.Throws<FleetFormatException>(() => bad.Seal(_publisher), bad.ToString());
        }
    }

    [TestCase("1.2.3", true)]
    [TestCase("0.0.0", true)]
    [TestCase("65535.65535.65535", true)]
    [TestCase("1.2", false)]
    [TestCase("1.2.3.4", false)]
    [TestCase("01.2.3", false)]
    [TestCase("1.2.-3", false)]
    [TestCase("1.2.65536", false)]
    [TestCase(" 1.2.3", false)]
    [TestCase(null, false)]
    public void Version_is_three_numbers(string? text, bool good)
    {
        Assert.That(ReleaseVersion.TryParse(text, out var version), Is.EqualTo(good));
        Assert.That(good ? version.ToString() : text, Is.EqualTo(text));
    }

    [Test]
    public void Versions_are_in_order()
    {
        ReleaseVersion[] rising = [new(0, 9, 65_535), new(1, 0, 0), new(1, 0, 1), new(1, 10, 0), new(2, 0, 0)];
        Assert.That(rising.OrderDescending().Reverse(), Is.EqualTo(rising));
        Assert.That(rising.Select(v => v.Number), Is.Ordered.And.Unique);
    }

    [Test]
    public void Stage_reaches_its_share_of_agents_and_a_larger_one_the_same_and_more()
    {
        var places = Enumerable.Range(1, 20_000).Select(a => RolloutRules.Place(a * 7919L, "abc")).ToArray();
        foreach (var share in new[] { 1, 10, 50 })
        {
            Assert.That(places.Count(p => p < share) / 200.0, Is.EqualTo(share).Within(share * 0.2));
        }

        Assert.That((RolloutRules.Place(5, "abc"), RolloutRules.Place(5, "abd")), Is.Not.EqualTo((RolloutRules.Place(6, "abc"), RolloutRules.Place(6, "abd"))));
        Assert.That(new[] { RolloutRules.Halts(1, 0), RolloutRules.Halts(2, 0), RolloutRules.Halts(2, 18), RolloutRules.Halts(3, 18) }, Is.EqualTo(new[] { false, true, false, true }));
    }

    [Test]
    public void Questions_and_answers_about_updates_are_for_one_agent_and_question()
    {
        var asked = new UpdateReport("a1", "n1", FleetSample.Now, new ReleaseVersion(1, 2, 3), "linux-x64", "automatic", UpdateState.Failed, "1.2.4", "no\nroom").Seal(_thief);
        var read = UpdateReport.Read(asked, out var outside);
        Assert.That((read.Version.ToString(), read.State, read.About, read.Reason, outside.IsSignedBy(_thief)), Is.EqualTo(("1.2.3", UpdateState.Failed, "1.2.4", "no?room", true)));
        var answer = UpdateOffer.Seal("a1", "n1", "m"u8.ToArray(), _publisher);
        Assert.That(UpdateOffer.Read(answer, "a1", "n1", _publisher).ToArray(), Is.EqualTo("m"u8.ToArray()));
        Assert.Throws<FleetFormatException>(() => UpdateOffer.Read(answer, "a1", "n2", _publisher), "an answer to another question");
        Assert.Throws<FleetFormatException>(() => UpdateOffer.Read(answer, "a2", "n1", _publisher), "another agent's");
        Assert.Throws<FleetFormatException>(() => UpdateOffer.Read(answer, "a1", "n1", _thief), "another manager's");
        Assert.Throws<FleetFormatException>(() => UpdateReport.Read(answer, out _));
    }

    private async Task RefusedAsync((string Name, string Text)[] signed, (string Name, string Text)[] packed, string what)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in packed)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.ASCII.GetBytes(text));
            }
        }

        ImmutableArray<PackageFile> files = [.. signed.Select(f => new PackageFile(f.Name, f.Text.Length, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(f.Text)))))];
        var manifest = new PackageManifest("agent", new ReleaseVersion(1, 0, 0), "linux-x64", archive.Length, Convert.ToHexStringLower(SHA256.HashData(archive.ToArray())), files);
        archive.Position = 0;
        var written = new List<MemoryStream>();
        await Assert.ThrowsAsync<FleetFormatException>(() => PackageReader.UnpackAsync(archive, manifest, _ => Make(), default), what);
        Assert.That(written.Where(m => m.CanRead).Sum(m => m.Length), Is.Zero, what);

        MemoryStream Make()
        {
            var stream = new BoundedStream(signed.Max(f => f.Text.Length));
            written.Add(stream);
            return stream;
        }
    }

    private static async Task<byte[]> MakeAsync(ECDsa key)
    {
        using var scratch = new MemoryStream();
        using var package = new MemoryStream();
        await PackageWriter.WriteAsync(
            "agent", new ReleaseVersion(1, 20, 3), "linux-x64", [("notes.txt", () => new MemoryStream("hello"u8.ToArray())), ("copytrack-agent", () => new MemoryStream(Enumerable.Repeat((byte)'a', 5000).ToArray()))], key, scratch, package, default);
        return package.ToArray();
    }

    private static async Task<(PackageManifest Manifest, SortedDictionary<string, MemoryStream> Files)> OpenAsync(byte[] bytes, ReleaseKeys keys)
    {
        using var package = new MemoryStream(bytes);
        var (manifest, _) = await PackageReader.ReadHeadAsync(package, keys, default);
        var start = package.Position;
        await PackageReader.CheckArchiveAsync(package, manifest, default);
        package.Position = start;
        var files = new SortedDictionary<string, MemoryStream>(StringComparer.Ordinal);
        await PackageReader.UnpackAsync(package, manifest, file => files[file.Name] = new MemoryStream(), default);
        return (manifest, files);
    }

    /// <summary>Fails when more is written than was signed.</summary>
    private sealed class BoundedStream(int most) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Assert.That(Length + buffer.Length, Is.LessThanOrEqualTo(most));
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
