using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Agent.Local;
using CopyTrack.TestKit;
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
        var told = new Told();
        var source = Source(local, told);
        var first = await UntilAsync(source, r => r.Length == 1);
        Assert.That((first[0].Reading!.Values[0], first[0].Inventory!.Identity.Model, first[0].Inventory!.Status.Summary), Is.EqualTo(((long?)100, "Pseudo Laser", "ready")), "not the 1 that lay there from before");
        Assert.That(first[0].Inventory!.Identity.HostName, Is.EqualTo("127.0.0.1"));
        await printer.SetAsync("pages", "107");
        Assert.That((await UntilAsync(source, r => r is [{ Reading.Values: [107] }]))[0].Key, Is.EqualTo(first[0].Key));

        Assert.That(await new LocalSource(new LocalAgentSource("127.0.0.1", "another key, wrong", local.Agent.Port), told, TimeProvider.System).ReadAsync(default), Is.Empty);
        Assert.That(told.Lines, Has.One.Contains("has another key"));
    }

    [Test]
    public async Task Printer_that_says_nothing_is_told_and_holds_nobody_up()
    {
        using var mute = new PseudoPrinter();
        await mute.SetAsync("mute", "yes");
        using var good = new PseudoPrinter();
        await using var local = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, Pjl = [mute.Path, Path.Combine(_folder, "gone"), good.Path], ReadSeconds = 1 });
        Assert.That(await UntilAsync(Source(local, new Told()), r => r.Length == 1), Has.Length.EqualTo(1));
        Assert.That(local.Told.Lines, Has.One.Contains("the printer does not answer").And.One.Contains("busy or gone"));
    }

    [Test]
    public async Task Two_printers_with_one_serial_number_stay_two_at_one_LocalAgent_and_at_two_and_so_do_two_without_any()
    {
        using PseudoPrinter first = new(), second = new(), third = new(), nameless = new(), other = new();
        var tree = Tree((first, "2", "SERN:SN-4711;"), (second, "3", "SERN:SN-4711;"), (third, "2", "SERN:SN-4711;"), (nameless, "4", ""), (other, "5", "SERN:0000;"));
        await using var one = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, Pjl = [first.Path, second.Path, nameless.Path, other.Path], ReadSeconds = 1 }, tree);
        await using var two = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, Pjl = [third.Path], ReadSeconds = 1 }, tree);
        foreach (var (printer, pages) in new[] { (first, "1001"), (second, "1002"), (third, "1003"), (nameless, "1004"), (other, "1005") })
        {
            await printer.SetAsync("pages", pages);
        }

        using var agent = new AgentBench();
        // The two computers are told apart by their names, as the settings of the site's agent have them.
        var sources = new[] { Source(one, new Told()), Source(two, new Told(), "localhost") };
        var named = await NamedAsync(agent, sources, 5);
        Assert.Multiple(() =>
        {
            Assert.That(named.Select(r => r.Reading!.Values[0]).Order(), Is.EqualTo(new long?[] { 1001, 1002, 1003, 1004, 1005 }));
            Assert.That(string.Concat(named.Where(r => r.Reading!.Serial == "SN-4711").Select(r => r.Key[0]).Order()), Is.EqualTo("stt"), "one of them is known by the number");
            Assert.That(named.Where(r => r.Reading!.Serial != "SN-4711").Select(r => r.Key[0]), Is.All.EqualTo('a'), "by the port");
            Assert.That(named.Select(r => r.Inventory!.Identity.Location), Does.Contain("USB 0000:00:14.0 port 3"));
            Assert.That(agent.Printers.Shared.Single().Addresses, Has.Count.EqualTo(3).And.Contains("localhost, USB 0000:00:14.0 port 2"));
            Assert.That(agent.Lines, Has.Some.Contains("tell the same serial number SN-4711"));
        });
        agent.Maker.Keep(named);
        var sent = agent.Sent().Single().Message.Devices;
        Assert.That(sent.Count(d => d.Reading!.Serial == "SN-4711"), Is.EqualTo(1), "the number leads to one device at the manager");
        Assert.That(sent.Count(d => d.Inventory!.Alerts is [{ Index: "agent-serial" }]), Is.EqualTo(3), "and whoever looks after them is told");

        agent.Restart();
        var later = await NamedAsync(agent, sources, 5);
        Assert.That(later.Select(r => (r.Key, r.Reading!.Values[0])).Order(), Is.EqualTo(named.Select(r => (r.Key, r.Reading!.Values[0])).Order()), "each keeps its name");
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

        Assert.That(await Source(local, new Told()).ReadAsync(default), Is.Empty, "it still answers, and has no printer");
    }

    [Test]
    public async Task Printer_of_IPP_over_USB_is_read_by_its_attributes()
    {
        var port = FreePort.Take();
        // It wants a message bus even where it is told not to announce itself: a private one will do.
        using var bus = Process.Start(new ProcessStartInfo("/usr/bin/dbus-daemon", ["--session", "--nofork", "--nopidfile", "--print-address"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var address = await bus.StandardOutput.ReadLineAsync();
        using var printer = Process.Start(new ProcessStartInfo("/usr/sbin/ippeveprinter",
            ["-p", port.ToString(CultureInfo.InvariantCulture), "-r", "off", "-n", "localhost", "-d", _folder, "-M", "Acme", "-m", "Ink 4", "-s", "10,5", "hall"]) { RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["DBUS_SYSTEM_BUS_ADDRESS"] = address } })!;
        try
        {
            await using var local = new Running(new LocalSettings { Key = Key, Listen = "127.0.0.1", Port = 0, Ipp = [$"http://localhost:{port}/ipp/print"], ReadSeconds = 1 });
            var read = await UntilAsync(Source(local, new Told()), r => r.Length == 1);
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

    private static LocalSource Source(Running local, Told told, string host = "127.0.0.1") => new(new LocalAgentSource(host, Key, local.Agent.Port), told, TimeProvider.System);

    /// <summary>What Linux shows of printers: a link for each device file to its port, and what the printer says that it is.</summary>
    private string Tree(params (PseudoPrinter Printer, string Port, string Serial)[] printers)
    {
        var tree = Directory.CreateDirectory(Path.Combine(_folder, "tree")).FullName;
        foreach (var (printer, port, serial) in printers)
        {
            var name = Path.GetFileName(printer.Path);
            var place = Directory.CreateDirectory(Path.Combine(_folder, name, "0000:00:14.0", "usb1", $"1-{port}", $"1-{port}:1.0", "usbmisc", name)).FullName;
            Directory.CreateDirectory(Path.Combine(place, "device"));
            File.WriteAllText(Path.Combine(place, "device", "ieee1284_id"), $"MFG:Acme;MDL:Laser 3;CMD:PJL;{serial}");
            Directory.CreateSymbolicLink(Path.Combine(tree, name), place);
        }

        return tree;
    }

    /// <summary>Rounds of a site's agent until so many printers have their names.</summary>
    private static async Task<IReadOnlyList<FleetRecord>> NamedAsync(AgentBench agent, LocalSource[] sources, int count)
    {
        IReadOnlyList<FleetRecord> named = [];
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30) && named.Count < count; await Task.Delay(100))
        {
            var round = new List<LocalRecord>();
            foreach (var source in sources)
            {
                round.AddRange(await source.ReadAsync(default));
            }

            named = agent.Printers.Named(round);
        }

        Assert.That(named, Has.Count.EqualTo(count));
        return named;
    }

    private static async Task<FleetRecord[]> UntilAsync(LocalSource source, Func<FleetRecord[], bool> holds)
    {
        FleetRecord[] last = [];
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(100))
        {
            last = [.. (await source.ReadAsync(default)).Select(r => r.Record)];
            if (holds(last))
            {
                return last;
            }
        }

        Assert.Fail($"not within its time; last {last.Length} records");
        return last;
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

        public Running(LocalSettings settings, string tree = "/sys/class/usbmisc")
        {
            Assert.That(settings.Fault(), Is.Null);
            Agent = new LocalAgent(settings, tree, Told, TimeProvider.System);
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
