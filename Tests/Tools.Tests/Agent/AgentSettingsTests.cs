using CopyTrack.Agent;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Settings: the sample is good, what is not named keeps its default, every fault names its member.</summary>
public sealed class AgentSettingsTests
{
    [Test]
    public void Sample_is_good() => Assert.That(AgentSettings.Load(Sample()).Ranges, Has.Length.EqualTo(2));

    [Test]
    public void What_is_left_out_keeps_its_default()
    {
        var settings = Parse("{\"manager\":\"https://m:8443\",\"state\":\"/tmp/x\",\"ranges\":[\"192.0.2.1\"]}");
        Assert.That((settings.Port, settings.SnmpVersion, settings.Communities[0], settings.CounterSeconds, settings.QueueMegabytes, settings.AllowRequests, settings.HideAddresses),
            Is.EqualTo((161, "2c", "public", 300, 64, false, false)));
    }

    [TestCase("\"manager\":\"ftp://m\"", "manager")]
    [TestCase("\"ranges\":[\"10.0.0.0/8\"]", "ranges")]
    [TestCase("\"ranges\":[]", "ranges")]
    [TestCase("\"port\":0", "port")]
    [TestCase("\"counterSeconds\":0", "counterSeconds")]
    [TestCase("\"caFingerprint\":\"zz\"", "caFingerprint")]
    [TestCase("\"user\":{\"name\":\"m\",\"auth\":\"rot13\"}", "user")]
    [TestCase("\"jobs\":true", "jobs")]
    public void Fault_names_its_member(string member, string name)
    {
        var other = string.Join(',', new[] { "\"manager\":\"https://m\"", "\"state\":\"/tmp/x\"", "\"ranges\":[\"192.0.2.1\"]" }.Where(m => !m.StartsWith($"\"{name}\"", StringComparison.Ordinal)));
        Assert.That(() => Parse($"{{{other},{member}}}"), Throws.TypeOf<AgentException>().With.Message.Contains(name));
    }

    [Test]
    public void Secrets_are_not_in_its_text() =>
        Assert.That(Parse("{\"manager\":\"https://m\",\"state\":\"/tmp/x\",\"ranges\":[\"192.0.2.1\"],\"communities\":[\"geheim\"]}").ToString(), Does.Not.Contain("geheim"));

    private static AgentSettings Parse(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            return AgentSettings.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Sample()
    {
        var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent!;
        }

        return Path.Combine(at.FullName, "Tools", "Agent", "packaging", "agent.sample.json");
    }
}
