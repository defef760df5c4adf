using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Agent;
using CopyTrack.Agent.Page;
using CopyTrack.Agent.Sending;
using CopyTrack.Agent.Updates;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>The agent's own page over real connections: who sees what, and what a hostile device or a hostile site can't do.</summary>
public sealed class AgentPageTests
{
    private const string Password = "ten characters or more";
    private static readonly string s_hash = PagePassword.Hash(Password);

    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-page-").FullName;
    private AgentMemory _memory = null!;
    private Control _control = null!;

    [SetUp]
    public void Start()
    {
        _memory = new AgentMemory(new Nobody());
        _control = new Control(_folder);
        _memory.Kept(new FleetMessage { Agent = "7", Sequence = 3, Created = DateTimeOffset.UnixEpoch, Program = "1", Devices = [Record()] });
    }

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestCase("administrator", "/ /device?key=s-1 /sent /settings", "")]
    [TestCase("dealer", "/ /device?key=s-1 /sent /settings", "POST:/settings POST:/read-now POST:/update POST:/acknowledge")]
    [TestCase("customer", "/ /device?key=s-1", "/sent /settings POST:/settings POST:/read-now POST:/update POST:/acknowledge")]
    public async Task Each_role_sees_its_pages(string role, string open, string closed)
    {
        await using var page = await PageAsync();
        using var browser = Browser(page);
        Assert.That((await PostAsync(browser, "/sign-in", ("name", role), ("password", Password))).StatusCode, Is.EqualTo(HttpStatusCode.SeeOther));
        foreach (var path in open.Split(' '))
        {
            var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
            Assert.That(text, Does.Not.Contain("<script>").And.Not.Contain("not encrypted").And.Not.Contain("geheim"), path);
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'"));
        }

        foreach (var path in closed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            using var answer = path.StartsWith("POST:", StringComparison.Ordinal) ? await PostAsync(browser, path[5..], ("ranges", "192.0.2.9"), ("counterSeconds", "60"), ("inventorySeconds", "60")) : await browser.GetAsync(new Uri(path, UriKind.Relative));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        Assert.That(_control.Changed, Is.Null);
        Assert.That((await browser.GetAsync(new Uri("/nothing", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        await PostAsync(browser, "/sign-out");
        Assert.That((await browser.GetAsync(new Uri("/", UriKind.Relative))).Headers.Location?.ToString(), Is.EqualTo("/sign-in"));
    }

    [TestCase("administrator", true)]
    [TestCase("dealer", false)]
    public async Task Version_that_waits_is_shown_and_installed_on_an_administrators_word(string role, bool may)
    {
        _control.Updates = new UpdateStanding(ReleaseVersion.Parse("1.0.0"), AgentUpdateSettings.Manual, UpdateState.Waiting, "1.2.0", "-");
        await using var page = await PageAsync();
        using var browser = Browser(page);
        await PostAsync(browser, "/sign-in", ("name", role), ("password", Password));
        var text = await browser.GetStringAsync(new Uri("/settings", UriKind.Relative));
        Assert.That(text, Does.Contain("1.0.0").And.Contain("waits for your word"));
        Assert.That(text.Contains("Install version 1.2.0", StringComparison.Ordinal), Is.EqualTo(may));
        using var other = await PostAsync(browser, "/update", ("version", "9.9.9"));
        Assert.That((other.StatusCode, _control.Accepted), Is.EqualTo((may ? HttpStatusCode.Conflict : HttpStatusCode.Forbidden, (string?)null)));
        using var taken = await PostAsync(browser, "/update", ("version", "1.2.0"));
        Assert.That((taken.StatusCode, _control.Accepted), Is.EqualTo((may ? HttpStatusCode.OK : HttpStatusCode.Forbidden, may ? "1.2.0" : null)));
    }

    [TestCase("administrator", true)]
    [TestCase("dealer", false)]
    public async Task Acknowledgement_is_brought_as_a_file_by_an_administrator(string role, bool may)
    {
        await using var page = await PageAsync();
        using var browser = Browser(page);
        await PostAsync(browser, "/sign-in", ("name", role), ("password", Password));
        Assert.That((await browser.GetStringAsync(new Uri("/sent", UriKind.Relative))).Contains("multipart/form-data", StringComparison.Ordinal), Is.EqualTo(may));
        foreach (var (content, status, told) in new[] { ("good", HttpStatusCode.OK, "1,200 messages are acknowledged."), ("bad", HttpStatusCode.UnprocessableEntity, "Not taken: it is not good."), (null, HttpStatusCode.UnprocessableEntity, "Choose a file first.") })
        {
            using var form = new MultipartFormDataContent();
            if (content is not null)
            {
                form.Add(new StringContent(content), "file", "a.ctack");
            }
            else
            {
                form.Add(new StringContent("x"), "other");
            }

            using var answer = await browser.PostAsync(new Uri("/acknowledge", UriKind.Relative), form);
            Assert.That(answer.StatusCode, Is.EqualTo(may ? status : HttpStatusCode.Forbidden));
            Assert.That((await answer.Content.ReadAsStringAsync()).Contains(told, StringComparison.Ordinal), Is.EqualTo(may));
        }

        Assert.That(_control.Brought, Is.EqualTo(may ? "bad" : null));
    }

    [Test]
    public async Task Page_says_what_became_of_each_message_and_what_the_machine_lacks()
    {
        for (var n = 4; n <= 9; n++)
        {
            _memory.Kept(new FleetMessage { Agent = "7", Sequence = n, Created = DateTimeOffset.UnixEpoch, Program = "1" });
        }

        MessageState[] states =
        [
            new(MessageStanding.Acknowledged, 0, ""), new(MessageStanding.Refused, 0, "<not> good"), new(MessageStanding.Dropped, 0, ""), new(MessageStanding.GivenUp, 0, "4"), new(MessageStanding.SetAside, 0, "too long"),
            new(MessageStanding.Mailed, 2, ""), new(MessageStanding.Waits, 0, ""),
        ];
        foreach (var (state, i) in states.Select((s, i) => (s, i)))
        {
            _control.States[3 + i] = state;
        }

        _control.Health = new AgentHealth(
            new AgentIntervals(7200, true, 900, false), ["No space left on device"], [new MessageEnd(5, 5, MessageStanding.Dropped, "", DateTimeOffset.UnixEpoch), new MessageEnd(1, 2, MessageStanding.SetAside, "lost", DateTimeOffset.UnixEpoch)],
            [new SharedSerial("SN<1>", ["192.0.2.1", "192.0.2.2"])]);
        await using var page = await PageAsync();
        using var browser = Browser(page);
        await PostAsync(browser, "/sign-in", ("name", "dealer"), ("password", Password));
        var sent = await browser.GetStringAsync(new Uri("/sent", UriKind.Relative));
        foreach (var (number, text) in new[]
        {
            (3, "acknowledged"), (4, "refused by the manager: &lt;not&gt; good"), (5, "given up, because the queue was full"), (6, "given up: mailed 4 times, and nobody acknowledged it"), (7, "set aside: too long"),
            (8, "mailed 2 times, not acknowledged yet"), (9, "waits"),
        })
        {
            Assert.That(sent, Does.Match($"<td [^>]*>{number}</td><td [^>]*>[^<]*</td><td [^>]*>[0-9]+</td><td [^>]*>{Regex.Escape(text)}</td>"));
        }

        Assert.That(sent, Does.Contain("The disk of this machine takes nothing: No space left on device.").And.Contain(">1&#x2013;2</td>").And.Contain("set aside: lost").And.Not.Contain("done"));
        Assert.That(await browser.GetStringAsync(new Uri("/settings", UriKind.Relative)), Does.Contain("7,200 s, as the manager wants it and these settings allow; 300 s without that").And.Contain("900 s, as set here"));
        Assert.That(await browser.GetStringAsync(new Uri("/", UriKind.Relative)), Does.Contain("The devices at 192.0.2.1, 192.0.2.2 tell the same serial number SN&lt;1&gt;."));
    }

    [Test]
    public async Task Nobody_sees_nothing_and_guessing_is_held_back()
    {
        await using var page = await PageAsync();
        using var browser = Browser(page);
        foreach (var path in new[] { "/", "/device?key=s-1", "/sent", "/settings" })
        {
            var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
            Assert.That((answer.StatusCode, answer.Headers.Location?.ToString()), Is.EqualTo((HttpStatusCode.SeeOther, "/sign-in")), path);
        }

        Assert.That((await PostAsync(browser, "/settings", ("ranges", "192.0.2.9"))).Headers.Location?.ToString(), Is.EqualTo("/sign-in"));
        for (var i = 0; i < 10; i++)
        {
            Assert.That((await PostAsync(browser, "/sign-in", ("name", i % 2 == 0 ? "administrator" : "nobody"), ("password", "wrong"))).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }

        Assert.That((await PostAsync(browser, "/sign-in", ("name", "administrator"), ("password", Password))).StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task Administrator_changes_settings_that_can_be()
    {
        await using var page = await PageAsync();
        using var browser = Browser(page);
        await PostAsync(browser, "/sign-in", ("name", "Administrator"), ("password", Password));
        var bad = await PostAsync(browser, "/settings", ("ranges", "10.0.0.0/8"), ("counterSeconds", "60"), ("inventorySeconds", "600"));
        Assert.That((int)bad.StatusCode, Is.EqualTo(422));
        Assert.That(await bad.Content.ReadAsStringAsync(), Does.Contain("ranges"));
        Assert.That(await (await PostAsync(browser, "/settings", ("ranges", "192.0.2.9\n192.0.2.11"), ("counterSeconds", "60"), ("inventorySeconds", "600"), ("hideAddresses", "yes"))).Content.ReadAsStringAsync(), Does.Contain("Kept."));
        Assert.That((string.Join(' ', _control.Settings.Ranges), _control.Settings.CounterSeconds, _control.Settings.HideAddresses, _control.Settings.AllowRequests), Is.EqualTo(("192.0.2.9 192.0.2.11", 60, true, false)));
        Assert.That(_memory.Lines[0], Does.Contain("changed the settings"));

        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/settings") { Content = new FormUrlEncodedContent([new("ranges", "192.0.2.1"), new("counterSeconds", "1"), new("inventorySeconds", "1")]) };
        foreign.Headers.Add("Origin", "https://evil.example");
        Assert.That((await browser.SendAsync(foreign)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "another site's form");
        Assert.That(_control.Settings.CounterSeconds, Is.EqualTo(60));
    }

    [Test]
    public async Task Page_speaks_German_to_who_wants_it_and_draws_what_was_read()
    {
        for (var hour = 1; hour <= 3; hour++)
        {
            var record = Record();
            _memory.Kept(new FleetMessage
            {
                Agent = "7", Sequence = 3 + hour, Created = DateTimeOffset.UnixEpoch.AddHours(hour), Program = "1",
                Devices = [record with { Reading = record.Reading! with { At = DateTimeOffset.UnixEpoch.AddHours(hour), Values = [4711 + (hour * 10_000)] } }],
            });
        }

        await using var page = await PageAsync();
        using var browser = Browser(page);
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de-DE,de;q=0.9,en;q=0.5");
        Assert.That(await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative)), Does.Contain("<html lang=\"de\">").And.Contain("Passwort").And.Contain(">English</button>"));
        await PostAsync(browser, "/sign-in", ("name", "customer"), ("password", Password));
        Assert.That(await browser.GetStringAsync(new Uri("/", UriKind.Relative)), Does.Contain("Seriennummer").And.Contain("34.711").And.Contain("<meter").And.Contain("bereit"));
        var device = await browser.GetStringAsync(new Uri("/device?key=s-1", UriKind.Relative));
        Assert.That(device, Does.Contain("<polyline points=\"8,150 ").And.Contain("Seiten der letzten Ablesungen").And.Contain("01.01.1970 03:00:00 UTC: 34.711"));

        using var chosen = new HttpRequestMessage(HttpMethod.Post, "/language") { Content = new FormUrlEncodedContent([new("to", "en")]) };
        chosen.Headers.Referrer = new Uri($"https://localhost:{page.Port}/device?key=s-1");
        Assert.That((await browser.SendAsync(chosen)).Headers.Location?.ToString(), Is.EqualTo("/device?key=s-1"));
        Assert.That(await browser.GetStringAsync(new Uri("/", UriKind.Relative)), Does.Contain("<html lang=\"en\">").And.Contain("34,711"));
        using var elsewhere = new HttpRequestMessage(HttpMethod.Post, "/language") { Content = new FormUrlEncodedContent([new("to", "de")]) };
        elsewhere.Headers.Referrer = new Uri("https://evil.example/x");
        Assert.That((await browser.SendAsync(elsewhere)).Headers.Location?.ToString(), Is.EqualTo("/"));
    }

    [Test]
    public void Every_text_has_German_with_the_same_values()
    {
        var root = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "CopyTrack.sln")))
        {
            root = root.Parent!;
        }

        var keys = Directory.EnumerateFiles(Path.Combine(root.FullName, "Tools", "Agent", "Page"), "*.cs").SelectMany(f => Regex.Matches(File.ReadAllText(f), @"\bw\[""((?:[^""\\]|\\.)*)""[\],]").Select(m => Regex.Unescape(m.Groups[1].Value))).ToHashSet();
        Assert.That(keys, Has.Count.GreaterThan(60));
        Assert.That(keys.Except(PageWords.Texts.Keys), Is.Empty);
        foreach (var (key, text) in PageWords.Texts)
        {
            Assert.That(Regex.Matches(text, @"\{\d\}").Select(m => m.Value).Order(), Is.EqualTo(Regex.Matches(key, @"\{\d\}").Select(m => m.Value).Order()), key);
        }
    }

    [Test]
    public async Task Page_without_TLS_warns()
    {
        await using var page = await PageAsync(https: false);
        using var browser = Browser(page, "http");
        Assert.That(await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative)), Does.Contain("not encrypted"));
    }

    [Test]
    public async Task Given_certificate_is_used_and_the_own_one_stays_the_same()
    {
        using var ca = new CopyTrack.TestKit.Ldap.TestCertificates();
        using var given = ca.Make("CN=agent", ["localhost"]);
        var (certificate, key) = (Path.Combine(_folder, "given.pem"), Path.Combine(_folder, "given.key"));
        CopyTrack.TestKit.Ldap.TestCertificates.Write(given, certificate, key);
        Assert.That(await SubjectAsync(Settings() with { CertificateFile = certificate, KeyFile = key }), Is.EqualTo(given.Thumbprint));
        var own = await SubjectAsync(Settings());
        Assert.That(await SubjectAsync(Settings()), Is.EqualTo(own));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(Path.Combine(_folder, "page.pem")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    private async Task<string> SubjectAsync(AgentPageSettings settings)
    {
        await using var page = await AgentPage.StartAsync(settings, _memory, _control, TimeProvider.System, default);
        var seen = "";
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, c, _, _) => (seen = c!.GetCertHashString()) is not null;
        using var http = new HttpClient(handler);
        await http.GetStringAsync(new Uri($"https://localhost:{page.Port}/sign-in"));
        return seen;
    }

    private Task<AgentPage> PageAsync(bool https = true) => AgentPage.StartAsync(Settings() with { Https = https }, _memory, _control, TimeProvider.System, default);

    private static AgentPageSettings Settings() => new() { Port = 0, Accounts = [.. new[] { "administrator", "dealer", "customer" }.Select(r => new AgentAccount(r, r, s_hash))] };

    private static HttpClient Browser(AgentPage page, string scheme = "https")
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return new HttpClient(handler) { BaseAddress = new Uri($"{scheme}://localhost:{page.Port}") };
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, params (string Name, string Value)[] fields) =>
        browser.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    private static FleetRecord Record() => new()
    {
        Key = "s-1",
        Reading = new MeterReading
        {
            SentAt = DateTimeOffset.UnixEpoch, At = DateTimeOffset.UnixEpoch, UpTime = null, Serial = "S1", Trigger = ReadingTrigger.Idle, Token = 0, Values = [4711],
            Set = new BaseCounterSet { Profile = "p", ProfileVersion = 1, Counters = [new BaseCounter { Index = 0, Key = new CounterKey(PageFunction.Total, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Total, Oids = [] }] },
        },
        Inventory = new ProbeReport
        {
            Identity = new DeviceIdentity("<script>alert(1)</script>", "\"><script>x</script>", "S1", null, null, null, null, "<b>", null), Status = new DeviceStatus("running", "idle", ["<script>"], "ready"),
            Supplies = [new Supply("1", "<script>", "toner", "black", 1, "exact", 100, "percent", 1)], Alerts = [new DeviceAlert("1", "warning", "x", null, "<script>", null)],
        },
        InventoryAt = DateTimeOffset.UnixEpoch,
    };

    private sealed class Nobody : IAgentObserver
    {
        public void Told(string line)
        {
            // Nobody listens.
        }

        public void Kept(FleetMessage message)
        {
            // As above.
        }
    }

    private sealed class Control(string folder) : IAgentControl
    {
        public AgentOverrides? Changed { get; private set; }

        public AgentSettings Settings { get; private set; } = new() { Manager = new Uri("https://m.example"), State = folder, Ranges = ["192.0.2.1"], Communities = ["geheim"], Mail = new AgentMail { Host = "mail.example", From = "a@example.org", To = "b@example.org" } };

        public FleetAgent? Agent => null;

        public AgentHealth? Health { get; set; }

        public Dictionary<long, MessageState> States { get; } = [];

        public MessageState? StateOf(long sequence) => States.GetValueOrDefault(sequence);

        public UpdateStanding? Updates { get; set; }

        public string? Accepted { get; private set; }

        public bool AcceptUpdate(string version)
        {
            Accepted = version == Updates?.About ? version : null;
            return Accepted is not null;
        }

        public string? Brought { get; private set; }

        public int Acknowledge(ReadOnlyMemory<byte> content)
        {
            Brought = System.Text.Encoding.UTF8.GetString(content.Span);
            return Brought == "good" ? 1200 : throw new FleetFormatException("it is not good");
        }

        public string? Change(AgentOverrides overrides)
        {
            var next = overrides.ApplyTo(Settings);
            if (next.Fault() is { } fault)
            {
                return fault;
            }

            (Changed, Settings) = (overrides, next);
            return null;
        }
    }
}
