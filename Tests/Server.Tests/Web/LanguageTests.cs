using System.Globalization;
using System.Text.RegularExpressions;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.Language;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Every literal text of pages has German, with the same places for values; and numbers, money and times are written as each language does.</summary>
internal sealed partial class LanguageTests
{
    private static readonly string s_web = Path.Combine(Root(), "Server", "Web");

    private readonly Words german = new("de", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), "EUR");
    private readonly Words english = new("en", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), "EUR");

    [Test]
    public void Every_text_of_a_page_has_German()
    {
        HashSet<string> known = [.. GermanTexts.Files().SelectMany(f => f.Texts.Keys)];
        string[] missing = [.. from path in Sources() from key in Keys(File.ReadAllText(path)) where !known.Contains(key) select $"{Path.GetFileName(path)}: {key}"];
        Assert.That(known, Has.Count.GreaterThan(80));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void German_takes_the_same_values_and_is_not_told_in_two_ways()
    {
        foreach ((string file, Dictionary<string, string> texts) in GermanTexts.Files())
        {
            foreach ((string key, string text) in texts)
            {
                Assert.That(Places(text), Is.EqualTo(Places(key)), $"{file}: {key}");
                Assert.That((text.Length - text.TrimStart().Length, text.Length - text.TrimEnd().Length, text.Trim()), Is.EqualTo((key.Length - key.TrimStart().Length, key.Length - key.TrimEnd().Length, text.Trim())), $"{file}: {key}");
                Assert.That(text.Trim(), Is.Not.Empty, $"{file}: {key}");
                Assert.That(GermanTexts.Of(key), Is.EqualTo(text), $"{file}: another file says it in another way: {key}");
            }
        }
    }

    [Test]
    public void Every_reason_of_a_setting_has_German()
    {
        HashSet<string> known = [.. GermanTexts.Files().SelectMany(f => f.Texts.Keys)];
        string[] missing = [.. CopyTrack.Server.Web.Site.SettingTexts.All.Select(t => t.Why).Where(w => w.Length > 0 && !known.Contains(w)).Order(StringComparer.Ordinal)];
        Assert.That(CopyTrack.Server.Web.Site.SettingTexts.All.Count(), Is.GreaterThan(60));
        Assert.That(missing, Is.Empty, "the handbook's reasons stand on the settings page: put their German into Language/de/settings.json");
        string[] bounds = [.. CopyTrack.Server.Web.Site.SettingTexts.All.SelectMany(t => new[] { t.Default, t.Bounds }).Where(b => EnglishWord().IsMatch(b) && !known.Contains(b)).Distinct()];
        Assert.That(bounds, Is.Empty, "what a setting has by default, and what it can be, stand there too");
    }

    [Test]
    public void Every_fault_that_a_page_may_show_has_German_with_its_values()
    {
        HashSet<string> known = [.. GermanTexts.Files().SelectMany(f => f.Texts.Keys)];
        string[] faults = [.. FaultTexts.Of(Root()).Distinct()];
        Assert.That(faults, Has.Length.GreaterThan(90));
        Assert.That(faults.Where(f => !known.Contains(f)), Is.Empty, "what pages catch is told to people: put its German into Language/de/faults.json");
        foreach (string fault in faults)
        {
            object[] values = [.. Place().Matches(fault).Select((_, i) => $"value {i}")];
            string said = german[string.Format(CultureInfo.InvariantCulture, fault, values)];
            Assert.That(said, Is.EqualTo(string.Format(CultureInfo.InvariantCulture, GermanTexts.Of(fault), values)), fault);
        }
    }

    [Test]
    public void Values_of_a_sentence_are_told_in_German_where_they_are_words()
    {
        Assert.That((german["There is no device 'x'."], english["There is no device 'x'."]), Is.EqualTo(("Nicht vorhanden: Gerät „x“.", "There is no device 'x'.")));
        Assert.That(german.Sentence("v3User is longer than 256 characters"), Is.EqualTo("V3User ist länger als 256 Zeichen."));
        Assert.That(german["There is no {0} without values"], Is.EqualTo("There is no {0} without values"));
    }

    [Test]
    public void Numbers_money_and_times_follow_language_and_site()
    {
        DateTimeOffset at = new(2026, 7, 3, 22, 30, 0, TimeSpan.Zero);
        Assert.That((english.Number(1234567), german.Number(1234567)), Is.EqualTo(("1,234,567", "1.234.567")));
        Assert.That((english.Money(12_345_670_000), german.Money(12_345_670_000)), Is.EqualTo(("12,345.67 EUR", "12.345,67 EUR")));
        Assert.That((english.At(at), german.At(at)), Is.EqualTo(("4\u00a0Jul\u00a02026 00:30", "4.\u00a0Juli\u00a02026 00:30")).Or.EqualTo(("4\u00a0Jul\u00a02026 00:30", "4.\u00a0Jul\u00a02026 00:30")), "the site is two hours ahead; a line breaks before the time alone");
        Assert.That((english.End(at, at.AddHours(3)), english.End(at.AddHours(-1), at)), Is.EqualTo(("03:30", "4\u00a0Jul\u00a02026 00:30")), "an end of the same day is a time");
        Assert.That((english.Percent(0.125, 1), german.Percent(0.125, 1)), Is.EqualTo(("12.5 %", "12,5 %")));
        Assert.That((english.Count(1, "{0} day", "{0} days"), german.Count(2000, "{0} day", "{0} days")), Is.EqualTo(("1 day", "2.000 Tage")));
        Assert.That(german["a text that has no German"], Is.EqualTo("a text that has no German"));
    }

    private static IEnumerable<string> Sources() => new[] { s_web, Path.Combine(Root(), "Server", "Alerts") }.SelectMany(f => Directory.EnumerateFiles(f, "*.cs*", SearchOption.AllDirectories))
        .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".cshtml", StringComparison.Ordinal)).Where(f => !f.Contains("node_modules", StringComparison.Ordinal));

    private static IEnumerable<string> Keys(string source)
    {
        string text = Comment().Replace(source, "");
        return Indexed().Matches(text).Concat(Marked().Matches(text)).Concat(Counted().Matches(text))
            .SelectMany(m => m.Groups.Cast<Group>().Skip(1)).Where(g => g.Success).Select(g => Regex.Unescape(g.Value));
    }

    private static string Places(string text) => string.Join(' ', Place().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    internal static string Root()
    {
        DirectoryInfo at = new(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        return at.FullName;
    }

    [GeneratedRegex("""\b(?:T|words|Words|this)\["((?:[^"\\]|\\.)*)"[\],]""")]
    private static partial Regex Indexed();

    [GeneratedRegex("""\bWords\.Key\(\s*"((?:[^"\\]|\\.)*)"\)""")]
    private static partial Regex Marked();

    [GeneratedRegex("""\bCount\([^;"\n]*,\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)""")]
    private static partial Regex Counted();

    [GeneratedRegex(@"\b(?:to|never|needed|any|see|of|in|or|each|none|with)\b")]
    private static partial Regex EnglishWord();

    [GeneratedRegex("""^\s*///.*$""", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("""\{[0-9](?::[^}]*)?\}""")]
    private static partial Regex Place();
}
