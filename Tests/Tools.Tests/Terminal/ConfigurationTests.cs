using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>The configuration file.</summary>
internal sealed class ConfigurationTests
{
    private const string Server = "\"server\":{\"host\":\"h\"},\"terminal\":{\"id\":\"t\",\"keyFolder\":\"k\"}";

    [Test]
    public async Task Shipped_sample_is_a_good_configuration()
    {
        var sample = Path.Combine(TerminalProcess.Root, "Tools", "Terminal", "packaging", "copytrack-terminal.sample.json");
        var (status, output, errors) = await TerminalProcess.FinishAsync("doctor", "--config", sample);
        Assert.That(status, Is.EqualTo(1), errors);
        Assert.That(errors, Is.Empty);
        Assert.That(output, Does.Contain("BAD   reader /dev/input/by-id/usb-ACME_Card_Reader-event-kbd").And.Contain("is it plugged in").And.Contain("BAD   panel").And.Contain("run enrol"));
    }

    [TestCase("{", "file: is not JSON (line 1)")]
    [TestCase("{\"terminal\":{}}", "server: is missing")]
    [TestCase("{\"server\":{}}", "server.host: is missing")]
    [TestCase("{\"server\":{\"host\":\"h\",\"port\":99999}}", "server.port: must be a whole number from 1 to 65535")]
    [TestCase("{\"server\":{\"host\":\"h\",\"prot\":1}}", "server.prot: is not a key that this program knows")]
    [TestCase("{\"server\":{\"host\":\"h\",\"enrolmentUrl\":\"http://h\"}}", "server.enrolmentUrl: must be an https address, for example https://copytrack.example:8443")]
    [TestCase("{\"server\":{\"host\":\"h\",\"caFingerprint\":\"12\"}}", "server.caFingerprint: must be a SHA-256 fingerprint: 64 hexadecimal digits")]
    [TestCase("{" + Server + "}", "readers: names no reader, there are no smartCards, and simulated.enabled is not set")]
    [TestCase("{" + Server + ",\"readers\":[{\"kind\":\"keyboard\"}]}", "readers[0].device: is missing")]
    [TestCase("{" + Server + ",\"readers\":[{\"kind\":\"radio\"}]}", "readers[0].kind: must be one of keyboard, pcsc, serial")]
    [TestCase("{" + Server + ",\"readers\":[{\"kind\":\"serial\",\"device\":\"d\",\"baud\":9601}]}", "readers[0].baud: must be one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200")]
    [TestCase("{" + Server + ",\"panel\":{\"kind\":\"serialCommands\",\"device\":\"d\",\"lock\":\"\\\\q\"}}", "panel.lock: holds an escape that is none of \\r \\n \\t \\\\ \\xHH, or a character outside ASCII")]
    [TestCase("{" + Server + ",\"panel\":{\"kind\":\"tcp\",\"host\":\"h\",\"unlock\":\"u\",\"lock\":\"l\"}}", "panel.port: is missing")]
    [TestCase("{" + Server + ",\"behaviour\":{\"offlineAfterSeconds\":20}}", "behaviour.offlineAfterSeconds: must not be longer than loginWaitSeconds")]
    public async Task Bad_file_stops_with_key_and_reason(string content, string expected)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("terminal-config-").FullName, "terminal.json");
        File.WriteAllText(file, content);
        try
        {
            var (status, output, errors) = await TerminalProcess.FinishAsync("run", "--config", file);
            Assert.That(status, Is.EqualTo(2));
            Assert.That(errors, Is.EqualTo(expected + "\n"));
            Assert.That(output, Is.Empty);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, true);
        }
    }

    [Test]
    public async Task Missing_file_and_wrong_words_are_told()
    {
        Assert.That((await TerminalProcess.FinishAsync("run", "--config", "/nowhere/terminal.json")).Errors, Does.StartWith("file: can't be read"));
        Assert.That((await TerminalProcess.FinishAsync("fly")).Status, Is.EqualTo(2));
        Assert.That((await TerminalProcess.FinishAsync("run")).Errors, Is.EqualTo("usage: --config is missing\n"));
    }
}
