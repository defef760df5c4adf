using CopyTrack.Server.Hosting;
using CopyTrack.Server.Web.Site;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Site;

/// <summary>The list of settings that the page shows.</summary>
public sealed class SettingsTests
{
    [Test]
    public void Every_setting_is_shown_once_with_value_default_source_and_reason_and_no_secret()
    {
        SettingsInForce settings = ServerSettings.From(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Data:Provider"] = "postgres", ["Data:ConnectionString"] = "Host=db;Password=s3cret", ["Web:Roles:it"] = "administrator", ["Sessions:IdleSeconds"] = "99",
            })
            .AddCommandLine(["--Polling:IdleSeconds=30"]).Build()).InForce;

        SettingView Of(string key) => settings.All.Single(s => s.Key == key);
        Assert.That(settings.All.Length, Is.GreaterThan(60));
        Assert.That(settings.All.Select(s => s.Key), Is.Unique);
        Assert.That(string.Join(' ', settings.All), Does.Not.Contain("s3cret"));
        Assert.That(Of("Data:ConnectionString").IsSet, Is.True);
        Assert.That((Of("Polling:IdleSeconds").Value, Of("Polling:IdleSeconds").Default, Of("Polling:IdleSeconds").Source), Is.EqualTo(("30", "60", "command line")));
        Assert.That((Of("Sessions:IdleSeconds").Value, Of("Sessions:IdleSeconds").Source), Is.EqualTo(("99", "program")));
        Assert.That((Of("Sessions:Strict").Value, Of("Sessions:Strict").IsSet), Is.EqualTo(("false", false)));
        Assert.That(Of("Web:Roles:it").Value, Is.EqualTo("administrator"));
        Assert.That(settings.All.Where(s => !s.Key.StartsWith("Web:Roles", StringComparison.Ordinal)).Select(s => (s.Key, Text: SettingTexts.Of(s.Key))), Has.None.Matches<(string, SettingText?)>(s => s.Item2 is null));
        Assert.That(SettingTexts.Of("Https:BehindProxy")!.Why, Is.EqualTo("behind a proxy every peer is loopback, so /metrics then always needs a token"), "without marks");
    }
}
