using CopyTrack.Server.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Hosting;

/// <summary>The sample configuration and the list of settings in docs/ are those of the program.</summary>
public sealed class SampleConfigurationTests
{
    private static readonly string Docs = Path.Combine(FindRoot(), "docs");
    private static readonly string Sample = Path.Combine(Docs, "copytrack.sample.json");

    [Test]
    public void Sample_gives_the_defaults_when_it_is_used_as_it_stands()
    {
        var defaults = ServerSettings.From(new ConfigurationBuilder().Build());
        var sample = ServerSettings.From(Load());
        Assert.Multiple(() =>
        {
            Assert.That(sample.Data, Is.EqualTo(defaults.Data));
            Assert.That(sample.Secrets.Directory, Is.EqualTo(defaults.Secrets.Directory));
            Assert.That(sample.Secrets.EffectiveNames(), Is.EqualTo(defaults.Secrets.EffectiveNames()));
            Assert.That((sample.HttpsPort, sample.TerminalsPort, sample.BehindProxy), Is.EqualTo((defaults.HttpsPort, defaults.TerminalsPort, defaults.BehindProxy)));
            Assert.That((sample.CertificateFile, sample.KeyFile), Is.EqualTo((defaults.CertificateFile, defaults.KeyFile)));
            Assert.That(sample.Sessions, Is.EqualTo(defaults.Sessions));
            Assert.That(sample.Polling, Is.EqualTo(defaults.Polling));
            Assert.That(sample.Lockout, Is.EqualTo(defaults.Lockout));
            Assert.That(sample.Site.Prices, Is.EqualTo(defaults.Site.Prices));
            Assert.That(sample.Charging, Is.EqualTo(defaults.Charging));
            Assert.That(sample.Site.Zone, Is.EqualTo(defaults.Site.Zone));
            Assert.That(sample.Terminals.HeartbeatSeconds, Is.EqualTo(defaults.Terminals.HeartbeatSeconds));
            Assert.That(sample.Terminals.LoginMethods, Is.EqualTo(defaults.Terminals.LoginMethods));
            Assert.That(sample.Terminals.CardRules.ToString(), Is.EqualTo(defaults.Terminals.CardRules.ToString()));
            Assert.That(sample.Terminals.OfflineHours, Is.EqualTo(defaults.Terminals.OfflineHours));
            Assert.That(sample.Terminals.DefaultFunctions, Is.EqualTo(defaults.Terminals.DefaultFunctions));
            Assert.That(sample.Terminals.CableColorAllowed, Is.EqualTo(defaults.Terminals.CableColorAllowed));
        });
    }

    [Test]
    public void Sample_and_operations_page_name_every_setting_that_is_read()
    {
        var asked = new AskedKeys(new ConfigurationBuilder().Build());
        _ = ServerSettings.From(asked);
        var sample = File.ReadAllText(Sample);
        var page = File.ReadAllText(Path.Combine(Docs, "operations.md"));
        Assert.That(asked.Keys, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var key in asked.Keys)
            {
                Assert.That(sample, Does.Contain($"\"{key.Split(':')[1]}\""), $"the sample lacks {key}");
                Assert.That(page, Does.Contain($"`{key}`"), $"operations.md lacks {key}");
            }
        });
    }

    private static IConfigurationRoot Load() => new ConfigurationBuilder().AddJsonFile(Sample, optional: false).Build();

    private static string FindRoot()
    {
        var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        return at.FullName;
    }

    /// <summary>Remembers which keys were asked for.</summary>
    private sealed class AskedKeys(IConfiguration inner) : IConfiguration
    {
        public SortedSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public string? this[string key]
        {
            get
            {
                Keys.Add(key);
                return inner[key];
            }

            set => throw new NotSupportedException();
        }

        public IEnumerable<IConfigurationSection> GetChildren() => inner.GetChildren();

        public IChangeToken GetReloadToken() => inner.GetReloadToken();

        public IConfigurationSection GetSection(string key)
        {
            if (key.Contains(':', StringComparison.Ordinal))
            {
                Keys.Add(key);
            }

            return inner.GetSection(key);
        }
    }
}
