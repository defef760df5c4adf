using System.Text.Json.Nodes;
using CopyTrack.TestKit.Cards;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>
/// PC/SC readers with a real pcscd and the virtual reader of vsmartcard (packages pcscd, vsmartcard-vpcd; root, for a mount namespace of its own); the test plays
/// the card over the reader's TCP port.
/// </summary>
[NonParallelizable] // the virtual reader takes two fixed ports
internal sealed class SmartCardTests
{
    private TerminalBench bench = null!;
    private VirtualReader reader = null!;

    [SetUp]
    public async Task SetUp()
    {
        bench = new TerminalBench();
        bench.Config["simulated"] = null;
        bench.Config["readers"] = new JsonArray(new JsonObject { ["kind"] = "pcsc", ["name"] = "virtual" });
        reader = await VirtualReader.StartAsync();
    }

    [TearDown]
    public void TearDown()
    {
        reader.Dispose();
        bench.Dispose();
    }

    [Test]
    public async Task Card_laid_down_logs_in_and_unusable_cards_are_told()
    {
        await using var terminal = TerminalProcess.Run(bench.ConfigFile, reader.Environment);
        terminal.Secret("04A1B2C3D4E5F6");
        terminal.Secret("08112233");
        using var link = await bench.Server.WelcomeAsync();
        while ((await terminal.EventAsync("device"))["text"]!.GetValue<string>() != "is ready")
        {
        }
        using (await LayDownAsync("04A1B2C3D4E5F69000"))
        {
            var login = await link.LogInAsync("s-1");
            Assert.That(login["card"]!.GetValue<string>(), Is.EqualTo("04A1B2C3D4E5F6"));
        }
        await terminal.EventAsync("unlocked");
        using (await LayDownAsync("081122339000"))
        {
            Assert.That((await terminal.EventAsync("device"))["text"]!.GetValue<string>(), Does.Contain("another number each time"));
        }
        using (await LayDownAsync("6A81"))
        {
            Assert.That((await terminal.EventAsync("device"))["text"]!.GetValue<string>(), Does.Contain("gives no number"));
        }
    }

    /// <summary>A card whose answer to GET DATA is given; taken away when disposed.</summary>
    private Task<IDisposable> LayDownAsync(string answer) => reader.InsertAsync(command => command is [0xFF, 0xCA, 0, 0, 0] ? Convert.FromHexString(answer) : [0x6D, 0x00]);
}
