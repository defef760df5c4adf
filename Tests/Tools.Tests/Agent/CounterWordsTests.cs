using System.Text.Json;
using CopyTrack.Accounting.Meters;
using CopyTrack.Agent.Page;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>What the agent's page calls counters.</summary>
public sealed class CounterWordsTests
{
    [TestCase(PageFunction.Copy, PageColor.Mono, PageSize.Any, PageSides.Any, "copies, black and white", "Kopien, schwarzweiß")]
    [TestCase(PageFunction.Total, PageColor.Any, PageSize.Any, PageSides.Any, "all pages", "alle Seiten")]
    [TestCase(PageFunction.Print, PageColor.Color, PageSize.Large, PageSides.Duplex, "prints, colour, large size, two-sided", "Drucke, farbig, Großformat, beidseitig")]
    public void Counters_are_told_as_people_say_them(PageFunction function, PageColor color, PageSize size, PageSides sides, string english, string german)
    {
        var key = new CounterKey(function, color, size, sides, CounterUnit.Impressions);
        Assert.That((CounterWords.Name(PageWords.English, key), CounterWords.Name(PageWords.German, key)), Is.EqualTo((english, german)));
    }

    [Test]
    public void Agent_and_manager_call_every_counter_and_unit_the_same()
    {
        var root = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "CopyTrack.sln")))
        {
            root = root.Parent!;
        }

        var managers = Directory.EnumerateFiles(Path.Combine(root.FullName, "Server", "Web", "Language", "de"), "*.json")
            .SelectMany(f => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(f))!).DistinctBy(p => p.Key).ToDictionary();
        foreach (var key in from f in Enum.GetValues<PageFunction>() from c in Enum.GetValues<PageColor>() from s in Enum.GetValues<PageSize>() from d in Enum.GetValues<PageSides>() from u in Enum.GetValues<CounterUnit>() select new CounterKey(f, c, s, d, u))
        {
            string[] english = [.. CounterWords.Name(PageWords.English, key).Split(", "), CounterWords.Unit(PageWords.English, key.Unit)];
            string[] german = [.. CounterWords.Name(PageWords.German, key).Split(", "), CounterWords.Unit(PageWords.German, key.Unit)];
            Assert.That(english.Select(w => managers.GetValueOrDefault(w, "not a word of the manager")), Is.EqualTo(german), $"{key}");
        }
    }
}
