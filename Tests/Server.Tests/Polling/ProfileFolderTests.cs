using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Polling;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Polling;

public sealed class ProfileFolderTests
{
    private const string Own = """
        {
          // Counts copies in an object of its own.
          "name": "NAME", "version": 7, "order": 5,
          "match": { "sysObjectId": ["E.99999"] },
          "counters": [ { "role": "total", "function": "total", "unit": "impressions", "sum": ["E.99999.1.0"] } ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-profiles-").FullName;

    [TearDown]
    public void Clear() => Array.ForEach(Directory.GetFiles(_folder), File.Delete);

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Folder_adds_profiles_and_replaces_those_of_the_same_name()
    {
        Write("a.json", Own.Replace("NAME", "acme", StringComparison.Ordinal));
        Write("b.json", Own.Replace("NAME", "Kyocera", StringComparison.Ordinal));
        var library = ProfileFolder.Load(_folder);
        Assert.That((library.Find("acme")!.Version, library.Find("kyocera")!.Version, library.Profiles.Length), Is.EqualTo((7, 7, ProfileLibrary.BuiltIn.Profiles.Length + 1)));
        Assert.That(library.Profiles[0].Order, Is.EqualTo(5), "tried in their order");
    }

    [Test]
    public void Folder_that_is_not_there_changes_nothing() => Assert.That(ProfileFolder.Load(Path.Combine(_folder, "none")), Is.SameAs(ProfileLibrary.BuiltIn));

    [TestCase("\"unit\": \"impressions\"", "\"unit\": \"leaves\"", "bad.json, line 5: ")]
    [TestCase("\"match\"", "\"mach\"", "bad.json, line 4: ")]
    [TestCase("\"version\": 7, ", "", "bad.json, line ")]
    public void Bad_file_ends_the_start_with_its_line_and_reason(string good, string bad, string told)
    {
        Write("bad.json", Own.Replace(good, bad, StringComparison.Ordinal));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Profiles:Directory", _folder)]).Build();
        var fault = Assert.Throws<ConfigurationFault>(() => ServerSettings.LoadProfiles(configuration))!;
        Assert.That(fault.Message, Does.StartWith("Profiles:Directory: " + told).And.Not.Contain("\n"));
    }

    [Test]
    public void Two_files_with_one_name_are_refused()
    {
        Write("a.json", Own.Replace("NAME", "acme", StringComparison.Ordinal));
        Write("b.json", Own.Replace("NAME", "ACME", StringComparison.Ordinal));
        Assert.That(() => ProfileFolder.Load(_folder), Throws.TypeOf<ProfileFormatException>().With.Message.Contains("stands in a.json already"));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
