using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Browser;
using CopyTrack.Integration.Kerberos;
using CopyTrack.Integration.Live;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Truths;
using CopyTrack.TestKit.Kerberos;
using CopyTrack.TestKit.Mail;
using NUnit.Framework;

namespace CopyTrack.Integration.Stories;

/// <summary>
/// A town hall for the stories: the server's program, simulated copiers that nobody has added yet, a mail server, a Kerberos realm, a browser with an administrator who is signed in, and
/// the people of its list. What one story makes and another needs is made once, by whichever comes first.
/// </summary>
internal sealed partial class Town : IAsyncDisposable
{
    public const string People = """
        username,displayName,department,groups,email,principal,cards
        anna.adler,Anna Adler,Registry,staff,anna.adler@box.test,alice@ACME.TEST,04A1B2C3
        bert.brandt,Bert Brandt,Registry,staff,bert.brandt@box.test,,04B2C3D4
        cora.czerny,Cora Czerny,Treasury,staff,cora.czerny@box.test,,04C3D4E5
        dora.dahl,Dora Dahl,Treasury,staff,dora.dahl@box.test,dora@ACME.TEST,04D4E5F6
        """;

    private static readonly string[] s_settings =
    [
        "--Polling:IdleSeconds=5", "--Polling:SettleSeconds=4", "--Sessions:WatchSeconds=1", "--Web:Roles:staff=user", "--Charging:Mono=0.04", "--Charging:Color=0.15", "--Rights:DefaultFunctions=copy;copyColor;scan",
        "--Reports:Browser=/usr/bin/chromium", "--Reports:BrowserSandbox=false",
        $"--Kerberos:Realm={PrivateKdc.Realm}", "--Mail:Host=127.0.0.1", "--Mail:Security=none", "--Mail:From=copytrack@box.test", "--Mail:Link=https://copytrack.town.test",
    ];

    private readonly PrivateKdc kdc;
    private readonly Dictionary<string, Task> made = [];
    private TerminalProgram? terminal;

    private Town(LiveSite site, PrivateExim mail, PrivateKdc kdc, Chromium browser, Person ada) => (Site, Mail, this.kdc, Browser, Ada) = (site, mail, kdc, browser, ada);

    public LiveSite Site { get; }

    public PrivateExim Mail { get; }

    public Chromium Browser { get; }

    /// <summary>The administrator, with script.</summary>
    public Person Ada { get; }

    /// <summary>The copier that stories work at, as it truly is.</summary>
    public SimulatedMfp Copier => Site.Copier;

    /// <summary>The reference terminal beside it, once it is enrolled.</summary>
    public TerminalProgram Terminal => terminal ?? throw new InvalidOperationException("the terminal is not enrolled yet");

    public static async Task<Town> StartAsync()
    {
        var mail = PrivateExim.StartAsync();
        var realm = await PrivateKdc.StartAsync();
        var site = await LiveSite.StartBareAsync(LiveDatabases.OfStories(Db.Sqlite), QuickCopier(), [.. s_settings, $"--Mail:Port={(await mail).PlainPort}", $"--Kerberos:KeytabFile={realm.Keytab}", $"--Kerberos:Kdcs:{PrivateKdc.Realm}=127.0.0.1:{realm.Port}"]);
        Chromium browser = new($"https://localhost:{site.HttpsPort}");
        var ada = await browser.OpenAsync("ada");
        await ada.SetUpAsync(SetupCode().Match(await site.GoodAsync("setup-code")).Value);
        await ada.GoAsync("/ImportUsers");
        await ada.FileAsync("File", "people.csv", People);
        await ada.PressAsync("Show what would happen");
        await ada.SeesAsync("4 people come, 0 change");
        await ada.PressAsync("Do it");
        return new Town(site, await mail, realm, browser, ada);
    }

    /// <summary>Does something that stories share, once.</summary>
    public Task OnceAsync(string what, Func<Task> make)
    {
        lock (made)
        {
            return made.TryGetValue(what, out var doing) ? doing : made[what] = make();
        }
    }

    /// <summary>The copier is added by its address on the pages, by somebody without script.</summary>
    public Task WithCopierAsync() => OnceAsync("copier", async () =>
    {
        var plain = await Browser.OpenAsync("ada without script", script: false, like: Ada);
        await plain.GoAsync("/Devices");
        await plain.FollowAsync("Add by address");
        await plain.FillAsync("Address or host name", "127.0.0.1");
        await plain.FillAsync("Port", Copier.EndPoint!.Port.ToString(CultureInfo.InvariantCulture));
        await plain.PressAsync("Look at it");
        Looked = await plain.TextAsync();
        await plain.FillAsync("Name", "hall");
        await plain.PressAsync("Add to the devices");
        Assert.That(await plain.PathAsync(), Is.EqualTo("/Devices/hall"), await plain.TextAsync());
        await plain.CloseAsync();
        await Site.UntilAsync("select count(*) from reading r join device d on d.id = r.device_id where d.name = 'hall' and r.status = 0", 1);
    });

    /// <summary>What was shown of the copier before it was added.</summary>
    public string Looked { get; private set; } = "";

    /// <summary>What the page gave for the terminal's configuration file, and the code.</summary>
    public (string Configuration, string Code) Enrolment { get; private set; }

    /// <summary>A terminal beside it is enrolled: the page's code and the page's configuration file, and the program of the reference terminal with them.</summary>
    public Task WithTerminalAsync() => OnceAsync("terminal", async () =>
    {
        await WithCopierAsync();
        await Ada.GoAsync("/Terminals");
        await Ada.FillAsync("Name of the terminal", "hall box");
        await Ada.FillAsync("Device beside it", "hall");
        await Ada.PressAsync("Make an enrolment code");
        await Ada.UnfoldAsync("Configuration file");
        Enrolment = (await Ada.TextAsync("main pre"), await Ada.TextAsync("main p.code"));
        var config = Site.Write("hall-box.json", ReferenceTerminal.Simulated(Enrolment.Configuration));
        var (status, told) = await TerminalProgram.EnrolAsync(config, Enrolment.Code, []);
        Assert.That(status, Is.Zero, told);
        terminal = await TerminalProgram.RunAsync(config, []);
    });

    /// <summary>Somebody puts a card on the reader, copies, logs out, and the walk-up is settled.</summary>
    public async Task WalkUpAsync(string card, string who, params JobRequest[] jobs)
    {
        var before = await Site.ScalarAsync("select count(*) from session where state = 4");
        await Terminal.CommandAsync("card " + card);
        await Terminal.HearAsync("event", "unlocked");
        foreach (var job in jobs)
        {
            Work(job with { Who = who });
        }

        await Site.Simulator.WhenQuietAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await Terminal.CommandAsync("logout");
        await Terminal.HearAsync("event", "locked");
        await Site.UntilAsync("select count(*) from session where state = 4", before + 1);
    }

    /// <summary>Gives the copier a job, which it must take.</summary>
    public void Work(JobRequest job) => Assert.That(Copier.Submit(job), Is.InstanceOf<JobAnswer.Accepted>());

    /// <summary>Anna and Bert have copied, both walk-ups are settled, and the report of their department is kept and mailed within two minutes, while other stories are told.</summary>
    public Task WithCopiesAsync() => OnceAsync("copies", async () =>
    {
        await WithTerminalAsync();
        await WalkUpAsync("04A1B2C3", "anna", new JobRequest { Function = JobFunction.Copy, Pages = 7 }, new JobRequest { Function = JobFunction.Copy, Pages = 4, Duplex = true });
        await WalkUpAsync("04B2C3D4", "bert", new JobRequest { Function = JobFunction.Copy, Pages = 3, Color = JobColor.FullColor });
        await ScheduleAsync();
    });

    /// <summary>The report of a department is kept under a name and mailed each hour, first within two minutes, which a person says on the pages.</summary>
    private async Task ScheduleAsync()
    {
        await Ada.GoAsync("/Reports?name=users&period=thisMonth&department=Registry");
        await Ada.FillAsync("Keep it as", "Registry this month");
        await Ada.PressAsync("Save");
        await Ada.ChooseAsync("When", "by a cron text", section: "Mailed by schedule");
        // Late in a minute the next one may begin before the form is sent.
        var first = DateTimeOffset.UtcNow.AddSeconds(80);
        await Ada.FillAsync("Cron text", FormattableString.Invariant($"{first.Minute} * * * *"), section: "Mailed by schedule");
        await Ada.FillAsync("Recipients", "boss@box.test", section: "Mailed by schedule");
        await Ada.TickAsync("PDF", true, section: "Mailed by schedule");
        await Ada.TickAsync("CSV", true, section: "Mailed by schedule");
        await Ada.PressAsync("Mail it", section: "Mailed by schedule");
        Assert.That(await Ada.TextAsync(), Does.Contain("It is mailed from now on."));
    }

    /// <summary>The next mail that the mail server took; it waits for the minute of the schedule, and a browser that is started for its PDF.</summary>
    public async Task<byte[]> MailAsync()
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                return await Mail.TakeAsync();
            }
            catch (InvalidOperationException) when (waited.Elapsed < TimeSpan.FromSeconds(100))
            {
                // Not yet.
            }
        }
    }

    /// <summary>Pages that somebody truly made at the copier.</summary>
    public long Truth(string who) => Site.Simulator.Truth.Sum(new TruthFilter { Device = Copier.Number, Who = who }).Impressions;

    /// <summary>The common copier with an engine that lets nobody wait: two pages a second, the first at once.</summary>
    private static MfpModel QuickCopier()
    {
        using var built = typeof(MfpModel).Assembly.GetManifestResourceStream("model:kyocera")!;
        var file = JsonNode.Parse(built)!;
        var engine = file["engine"] as JsonObject ?? [];
        (engine["pagesPerMinute"], engine["firstPageSeconds"]) = (120, 0.3);
        file["engine"] = engine.DeepClone();
        return MfpModel.FromJson(new MemoryStream(Encoding.UTF8.GetBytes(file.ToJsonString())));
    }

    public async ValueTask DisposeAsync()
    {
        if (terminal is not null)
        {
            await terminal.DisposeAsync();
        }

        await Browser.DisposeAsync();
        await Site.DisposeAsync();
        await Mail.DisposeAsync();
        await kdc.DisposeAsync();
    }

    [GeneratedRegex("([0-9A-Z]{4}-){3}[0-9A-Z]{4}")]
    private static partial Regex SetupCode();
}
