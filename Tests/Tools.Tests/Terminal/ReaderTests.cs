using System.Diagnostics;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>Keyboard-like and serial readers. A FIFO stands in for the input device; the exclusive grab can't be tried without one.</summary>
internal sealed class ReaderTests
{
    private TerminalBench bench = null!;

    private static IEnumerable<string> Vectors => Directory.GetFiles(Path.Combine(TerminalProcess.Root, "Tests", "Vectors", "readers"), "*.keys").Select(Path.GetFileNameWithoutExtension)!;

    [SetUp]
    public void SetUp()
    {
        bench = new TerminalBench();
        bench.Config["simulated"] = null;
    }

    [TearDown]
    public void TearDown() => bench.Dispose();

    [TestCaseSource(nameof(Vectors))]
    public async Task Recorded_keys_decode_to_the_expected_cards(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(TerminalProcess.Root, "Tests", "Vectors", "readers", name + ".keys"));
        string[] Header(string key) => lines.Where(l => l.StartsWith($"# {key}: ", StringComparison.Ordinal)).Select(l => l[(key.Length + 4)..]).ToArray();
        var recording = Path.Combine(bench.Folder, "recording");
        File.WriteAllBytes(recording, InputStream.Records(lines));
        var (status, output, errors) = await TerminalProcess.FinishAsync(["decode", "keyboard", recording, .. Header("options").SelectMany(o => o.Split(' '))]);
        Assert.That(status, Is.Zero, errors);
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]), Is.EqualTo(Header("card")));
    }

    [Test]
    public async Task Keyboard_reader_and_pin_pad_log_in_together_and_the_display_is_masked()
    {
        string reader = Fifo("reader"), pad = Fifo("pad");
        bench.Config["readers"] = new JsonArray(new JsonObject { ["kind"] = "keyboard", ["device"] = reader, ["exclusive"] = false });
        bench.Config["pinPad"] = new JsonObject { ["device"] = pad, ["exclusive"] = false };
        await using var terminal = bench.Start();
        terminal.Secret("04A1B2C3");
        terminal.Secret("7391846");
        await using var cards = new FileStream(reader, FileMode.Open, FileAccess.ReadWrite);
        await using var pins = new FileStream(pad, FileMode.Open, FileAccess.ReadWrite);
        using var link = await bench.Server.WelcomeAsync(methods: ["card+pin"]);
        await terminal.EventAsync("connected");
        var card = InputStream.Typing("04A1B2C3\n");
        await cards.WriteAsync(card.AsMemory(0, 31));
        await cards.FlushAsync();
        await cards.WriteAsync(card.AsMemory(31));
        await cards.FlushAsync();
        await terminal.EventAsync("display");
        await pins.WriteAsync(InputStream.Typing("7391846"));
        await pins.FlushAsync();
        JsonObject display;
        do
        {
            display = await terminal.EventAsync("display");
        }
        while (display["masked"]!.GetValue<string>() != "*******");
        await pins.WriteAsync(InputStream.Typing("\n"));
        await pins.FlushAsync();
        var login = await link.LogInAsync("s-1");
        Assert.That(login["card"]!.GetValue<string>(), Is.EqualTo("04A1B2C3"));
        Assert.That(login["pin"]!.GetValue<string>(), Is.EqualTo("7391846"));
        await pins.WriteAsync(InputStream.Typing("\u001b"));
        await pins.FlushAsync();
        await link.ExpectAsync("session.logout");
    }

    [Test]
    public async Task Shared_keyboard_tells_fingers_from_the_reader()
    {
        var reader = Fifo("reader");
        bench.Config["readers"] = new JsonArray(new JsonObject { ["kind"] = "keyboard", ["device"] = reader, ["exclusive"] = false, ["sharedWithPinPad"] = true });
        await using var terminal = bench.Start();
        await using var keys = new FileStream(reader, FileMode.Open, FileAccess.ReadWrite);
        using var link = await bench.Server.WelcomeAsync(methods: ["card+pin"]);
        await terminal.EventAsync("connected");
        await keys.WriteAsync(InputStream.Typing("0011223344\n"));
        await keys.FlushAsync();
        await terminal.EventAsync("display");
        await keys.WriteAsync(InputStream.Typing("582913\n", start: 5_000_000, gap: 180_000));
        await keys.FlushAsync();
        var login = await link.ExpectAsync("session.login");
        Assert.That(login["params"]!["card"]!.GetValue<string>(), Is.EqualTo("0011223344"));
        Assert.That(login["params"]!["pin"]!.GetValue<string>(), Is.EqualTo("582913"));
    }

    [Test]
    public async Task Device_that_is_no_keyboard_is_not_taken_and_said_so()
    {
        bench.Config["readers"] = new JsonArray(new JsonObject { ["kind"] = "keyboard", ["device"] = Fifo("reader") });
        await using var terminal = bench.Start();
        var notice = await terminal.EventAsync("device");
        Assert.That(notice["fault"]!.GetValue<bool>(), Is.True);
        Assert.That(notice["text"]!.GetValue<string>(), Does.Contain("can't be taken alone"));
    }

    [Test]
    public async Task Serial_reader_gives_a_card_for_each_line()
    {
        using var line = new Pty();
        bench.Config["readers"] = new JsonArray(new JsonObject { ["kind"] = "serial", ["device"] = line.Path });
        await using var terminal = bench.Start();
        terminal.Secret("0123456789");
        using var link = await bench.Server.WelcomeAsync();
        Assert.That((await terminal.EventAsync("device"))["fault"]!.GetValue<bool>(), Is.False);
        line.Write("\u0002 0123456789\r\n\u0003");
        Assert.That((await link.ExpectAsync("session.login"))["params"]!["card"]!.GetValue<string>(), Is.EqualTo("0123456789"));
    }

    private string Fifo(string name)
    {
        var path = Path.Combine(bench.Folder, name);
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        return path;
    }
}
