using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Agent.Local;
using CopyTrack.TestKit.Usb;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>A LocalAgent with a printer at a pseudo-terminal and one of CUPS' <c>ippeveprinter</c>, asked by a site's agent.</summary>
public sealed class LocalAgentTests
{
    private const string Key = "a key of the site";

    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-local-").FullName;

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Site_agent_gets_what_a_printer_at_a_device_file_says()
    {
        using var printer = new PseudoPrinter();
        await using var local = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, Pjl = [printer.Path], ReadSeconds = 1 });
        using var identity = Identity();
        var told = new Told();
        var source = Source(local, identity, told);
        var first = await UntilAsync(source, r => r.Length == 1);
        Assert.That((first[0].Reading!.Values[0], first[0].Inventory!.Identity.Model, first[0].Inventory!.Status.Summary), Is.EqualTo(((long?)100, "Pseudo Laser", "ready")), "not the 1 that lay there from before");
        Assert.That(first[0].Key, Does.Match("^[ams]-[0-9a-f]{24}$"), "a name of the site's agent");
        await printer.SetAsync("pages", "107");
        Assert.That((await UntilAsync(source, r => r is [{ Reading.Values: [107] }]))[0].Key, Is.EqualTo(first[0].Key));

        Assert.That(await new LocalSource(new LocalAgentSource("127.0.0.1", "another key, wrong", local.Agent.Port), identity, told, TimeProvider.System).ReadAsync(default), Is.Empty);
        Assert.That(told.Lines, Has.One.Contains("has another key"));
    }

    [Test]
    public async Task Printer_that_says_nothing_is_told_and_holds_nobody_up()
    {
        using var mute = new PseudoPrinter();
        await mute.SetAsync("mute", "yes");
        using var good = new PseudoPrinter();
        await using var local = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, Pjl = [mute.Path, Path.Combine(_folder, "gone"), good.Path], ReadSeconds = 1 });
        using var identity = Identity();
        Assert.That(await UntilAsync(Source(local, identity, new Told()), r => r.Length == 1), Has.Length.EqualTo(1));
        Assert.That(local.Told.Lines, Has.One.Contains("the printer does not answer").And.One.Contains("busy or gone"));
    }

    [Test]
    public async Task Strangers_words_get_no_answer()
    {
        await using var local = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, ReadSeconds = 60 });
        foreach (var words in new[] { "GET / HTTP/1.1\r\n\r\n", new string('x', 10_000), "CopyTrack-Local: 1 " + new string('Z', 32) + "\n", "\n" })
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, local.Agent.Port);
            var stream = client.GetStream();
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(words));
                Assert.That(await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false), Is.Zero, words);
            }
            catch (IOException)
            {
                // It closed before all was sent.
            }
        }

        using var identity = Identity();
        Assert.That(await Source(local, identity, new Told()).ReadAsync(default), Is.Empty, "it still answers, and has no printer");
    }

    [Test]
    public async Task Printer_of_IPP_over_USB_is_read_by_its_attributes()
    {
        var port = FreePort();
        // It wants a message bus even where it is told not to announce itself: a private one will do.
        using var bus = Process.Start(new ProcessStartInfo("/usr/bin/dbus-daemon", ["--session", "--nofork", "--nopidfile", "--print-address"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var address = await bus.StandardOutput.ReadLineAsync();
        using var printer = Process.Start(new ProcessStartInfo("/usr/sbin/ippeveprinter",
            ["-p", port.ToString(CultureInfo.InvariantCulture), "-r", "off", "-n", "localhost", "-d", _folder, "-M", "Acme", "-m", "Ink 4", "-s", "10,5", "hall"]) { RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["DBUS_SYSTEM_BUS_ADDRESS"] = address } })!;
        try
        {
            await using var local = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, Ipp = [$"http://localhost:{port}/ipp/print"], ReadSeconds = 1 });
            using var identity = Identity();
            var read = await UntilAsync(Source(local, identity, new Told()), r => r.Length == 1);
            Assert.That(read[0].Inventory!.Identity.Model, Does.Contain("Ink 4"));
            Assert.That(read[0].Inventory!.Status.Printer, Is.EqualTo("idle"));
            Assert.That(read[0].Reading, Is.Null, "what it does not count is unknown, not 0");
            Assert.That(read[0].Inventory!.Supplies.Select(s => (s.Kind, s.Color)), Is.EqualTo(new[] { ("wasteInk", null), ("ink", "black"), ("ink", "cyan"), ("ink", "magenta"), ("ink", (string?)"yellow") }));
            Assert.That(read[0].Inventory!.Supplies.Select(s => s.Percent), Is.EqualTo(new int?[] { 25, 75, 50, 33, 67 }));
        }
        finally
        {
            foreach (var process in new[] { printer, bus })
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }

    [TestCase("\"key\":\"short\"", "key")]
    [TestCase("\"key\":\"0123456789abcdef\",\"ipp\":[\"http://192.0.2.1/ipp/print\"]", "ipp")]
    [TestCase("\"key\":\"0123456789abcdef\",\"pjl\":[\"lp0\"]", "pjl")]
    [TestCase("\"key\":\"0123456789abcdef\",\"port\":70000", "port")]
    public void Fault_of_settings_names_its_member(string members, string name)
    {
        var file = Path.Combine(_folder, "local.json");
        File.WriteAllText(file, "{" + members + "}");
        Assert.That(() => LocalSettings.Load(file), Throws.TypeOf<AgentException>().With.Message.Contains(name));
    }

    private static LocalSource Source(Running local, AgentIdentity identity, Told told) => new(new LocalAgentSource("127.0.0.1", Key, local.Agent.Port), identity, told, TimeProvider.System);

    private AgentIdentity Identity()
    {
        using var manager = FleetKeys.Create();
        using var own = FleetKeys.Create();
        File.WriteAllText(Path.Combine(_folder, "agent.key.pem"), own.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "identity.json"), JsonSerializer.Serialize(new { agent = "7", managerKey = Convert.ToBase64String(manager.ExportSubjectPublicKeyInfo()) }));
        return AgentIdentity.Load(new StateFolder(_folder))!;
    }

    private static async Task<FleetRecord[]> UntilAsync(LocalSource source, Func<FleetRecord[], bool> holds)
    {
        FleetRecord[] last = [];
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(100))
        {
            last = [.. await source.ReadAsync(default)];
            if (holds(last))
            {
                return last;
            }
        }

        Assert.Fail($"not within its time; last {last.Length} records");
        return last;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Told : IAgentObserver
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        void IAgentObserver.Told(string line) => Lines.Enqueue(line);

        public void Kept(FleetMessage message) => Lines.Enqueue("kept");
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;

        public Running(LocalSettings settings)
        {
            Assert.That(settings.Fault(), Is.Null);
            Agent = new LocalAgent(settings, Told, TimeProvider.System);
            _run = Agent.RunAsync(_stop.Token);
        }

        public LocalAgent Agent { get; }

        public Told Told { get; } = new();

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run;
            Agent.Dispose();
            _stop.Dispose();
        }
    }
}
