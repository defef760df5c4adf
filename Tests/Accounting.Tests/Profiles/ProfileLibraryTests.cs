using System.Text;
using CopyTrack.Accounting.Profiles;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Profiles;

public sealed class ProfileLibraryTests
{
    private const string Good = """
        {
          "name": "x", "version": 1, "order": 1,
          "match": { "sysObjectId": ["E.99999"] },
          "tables": { "t": { "key": "E.99999.1", "value": "E.99999.2" } },
          "partitions": ["p"],
          "counters": [
            // a remark
            { "function": "copy", "table": "t", "codes": [1] },
            { "function": "print", "sum": ["E.99999.3.0", "-E.99999.4.0#0a"] }
          ]
        }
        """;

    [Test]
    public void All_profiles_of_the_program_are_valid_and_the_standard_is_last()
    {
        var library = ProfileLibrary.BuiltIn;
        Assert.That(library.Profiles.Select(p => p.Name), Is.SupersetOf(new[] { "kyocera", "ricoh", "konica-minolta", "canon", "xerox", "hp", "lexmark", "sharp", "brother", "epson" }));
        Assert.That(library.Profiles[^1], Is.SameAs(library.Standard));
        Assert.That(library.Find("KYOCERA"), Is.Not.Null);
    }

    [Test]
    public void Good_file_is_read_with_its_remarks()
    {
        var profile = ProfileLibrary.Parse("x.json", Encoding.UTF8.GetBytes(Good));
        Assert.That(profile.Counters[1].Sum[1].ToString(), Is.EqualTo("-1.3.6.1.4.1.99999.4.0#0a"));
        Assert.That(profile.Walk, Is.Empty);
    }

    [TestCase("\"order\": 1", "\"oder\": 1", 2)]
    [TestCase("[\"E.99999\"]", "[\"E.x\"]", 3)]
    [TestCase("\"codes\": [1]", "\"codes\": [1], \"labels\": [\"a\"]", 8)]
    [TestCase("\"codes\": [1]", "\"codes\": []", 8)]
    [TestCase("\"table\": \"t\"", "\"table\": \"u\"", 8)]
    [TestCase("\"codes\": [1]", "\"codes\": [1], \"in\": [\"q\"]", 8)]
    [TestCase("\"function\": \"print\"", "\"function\": \"prnt\"", 9)]
    [TestCase("#0a", "#a", 9)]
    public void Bad_file_is_refused_with_its_line(string good, string bad, long line)
    {
        var text = Good.Replace(good, bad, StringComparison.Ordinal);
        Assert.That(text, Is.Not.EqualTo(Good));
        var e = Assert.Throws<ProfileFormatException>(() => ProfileLibrary.Parse("x.json", Encoding.UTF8.GetBytes(text)))!;
        Assert.That(e.Line, Is.EqualTo(line), e.Message);
        Assert.That(e.Message, Does.StartWith("x.json, line "));
    }

    [Test]
    public void Library_without_the_standard_profile_is_refused() =>
        Assert.That(() => new ProfileLibrary([ProfileLibrary.Parse("x.json", Encoding.UTF8.GetBytes(Good))]), Throws.ArgumentException);
}
