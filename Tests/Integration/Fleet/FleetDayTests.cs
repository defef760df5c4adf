using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Agent.Local;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Mail;
using CopyTrack.TestKit.Usb;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>
/// A day of a fleet, an hour of it in a minute: three sites with an agent each, one over HTTPS, one over HTTP that also asks, one by mail through exim, and a PC with a USB printer; lines
/// are cut at each site, agents, mail server and manager end and come back. Afterwards each reading that was taken, by its device, time and values, is at the manager once, the USB printer's too.
/// <c>COPYTRACK_FLEET_DEVICES</c> (a site) and <c>COPYTRACK_FLEET_MINUTES</c> make it large: <c>Tools/bench.sh fleet</c>.
/// </summary>
[Parallelizable] // Its peers are its own, and it waits most of the time.
internal sealed class FleetDayTests
{
    private const string LocalKey = "a key of the site";

    private static readonly int s_devices = (int)Size("COPYTRACK_FLEET_DEVICES", 3);
    private static readonly TimeSpan s_day = TimeSpan.FromMinutes(Size("COPYTRACK_FLEET_MINUTES", 0.25));
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60) + (s_day / 4);

    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-day-").FullName;
    private readonly Random _chance = new(20261122);
    private LiveSite _manager = null!;
    private PrivateExim _mail = null!;
    private PlainFront _front = null!;
    // Between the agent that mails and its mail server.
    private CuttableLine _mailLine = null!;
    private FleetSite[] _sites = [];
    private int _cuts;

    [Test]
    public async Task Every_reading_of_the_day_is_at_the_manager_once()
    {
        await StartAsync();
        using var printer = new PseudoPrinter();
        using var local = new LocalAgent(new LocalSettings { Key = LocalKey, Listen = "127.0.0.1", Port = 0, Pjl = [printer.Path], ReadSeconds = 1 }, _sites[0], TimeProvider.System);
        using var localEnds = new CancellationTokenSource();
        var localRuns = local.RunAsync(localEnds.Token);
        _sites[0].Settings = _sites[0].Settings with { Local = [new LocalAgentSource("localhost", LocalKey, local.Port)] };
        foreach (var site in _sites)
        {
            await site.StartAsync();
        }

        await UntilAsync(() => _sites.All(s => s.Known == s_devices && s.Delivered > 0), "the devices are found and told");
        await LiveAsync(printer);
        await EndAsync();
        await localEnds.CancelAsync();
        await localRuns;
        await JudgeAsync();
    }

    [TearDown]
    public async Task CleanAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        // What a failed start did not make is not there.
        foreach (var part in new IAsyncDisposable?[] { _manager, _front, _mailLine, _mail })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static double Size(string name, double small) => double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var size) ? size : small;

    private async Task StartAsync()
    {
        _front = new PlainFront();
        _mail = await PrivateExim.StartAsync();
        _mailLine = new CuttableLine { Target = _mail.TlsPort };
        _manager = await LiveSite.StartAsync(Db.PostgreSql, $"--Fleet:Maildir={_mail.Maildir}", "--Fleet:MaildirSeconds=1", "--Fleet:GapMinutes=60");
        // What the manager takes is kept beside it, because it forgets a message once it is in the ledger.
        await _manager.RunSqlAsync("""
            create table seen_message (agent_id bigint not null, sequence bigint not null, body bytea not null);
            create function see_message() returns trigger language plpgsql as $$ begin insert into seen_message values (new.agent_id, new.sequence, new.body); return null; end $$;
            create trigger see_message after insert on fleet_message for each row execute function see_message();
            """);
        using var http = await _manager.ClientAsync();
        await http.PutAsJsonAsync(new Uri("/api/v1/fleet/nodes/acme", UriKind.Relative), new { kind = "customer" });
        _sites = [.. Enumerable.Range(41, 3).Select(n => new FleetSite(n, s_devices))];
        // Five minutes are five seconds.
        foreach (var site in _sites)
        {
            await http.PutAsJsonAsync(new Uri($"/api/v1/fleet/nodes/{site.Name}", UriKind.Relative), new { kind = "site", parent = "acme" });
            var answer = await http.PostAsJsonAsync(new Uri($"/api/v1/fleet/agents/agent of {site.Name}/code", UriKind.Relative), new { site = site.Name });
            var code = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            site.Settings.CaFingerprint = code["caFingerprint"]!.GetValue<string>();
            Reach();
            await FleetAgent.EnrolAsync(site.Settings, code["code"]!.GetValue<string>(), default);
            site.Settings = site.Settings with { CounterSeconds = s_day > TimeSpan.FromMinutes(2) ? 5 : 2, InventorySeconds = 15, AskSeconds = 2 };
        }

        var ca = Path.Combine(_folder, "mail.pem");
        await File.WriteAllTextAsync(ca, _mail.Certificates.Ca.ExportCertificatePem());
        _sites[1].Settings = _sites[1].Settings with { Manager = new Uri($"http://localhost:{_sites[1].Line.Port}"), AllowRequests = true };
        Reach();
        _sites[2].Settings = _sites[2].Settings with
        {
            Mail = new AgentMail { Host = "localhost", Port = _mailLine.Port, Security = "tls", UserName = PrivateExim.User, Password = PrivateExim.Password, CaFile = ca, From = "agent@site.example", To = "fleet@box.test", RepeatSeconds = 15, Repeats = 10 },
        };
    }

    private async Task LiveAsync(PseudoPrinter printer)
    {
        var (round, outage, back) = (0, false, false);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < s_day; await Task.Delay(1000))
        {
            round++;
            foreach (var site in _sites)
            {
                site.Work(round);
            }

            await printer.SetAsync("pages", (100 + round).ToString(CultureInfo.InvariantCulture));
            // The manager is away for the third sixth of the day.
            if (!outage && waited.Elapsed > s_day / 3)
            {
                outage = true;
                await _manager.KillAsync();
            }
            else if (outage && !back && waited.Elapsed > s_day / 2)
            {
                back = true;
                await _manager.ServeAgainAsync();
            }

            // Each site in turn loses its line, and each line its answers for a while; mail has two lines.
            var at = round % 4;
            var line = at < 3 ? _sites[at].Line : _mailLine;
            if (round <= 4)
            {
                // However short the day is, each line is cut once.
                _cuts++;
                line.Cut();
            }

            switch (_chance.Next(8))
            {
                case 0 or 4 or 5:
                    _cuts++;
                    line.Cut();
                    break;
                case 1 when at < 3:
                    line.SwallowAnswers = !line.SwallowAnswers;
                    break;
                case 2:
                    var restarted = _sites[_chance.Next(3)];
                    await restarted.StopAsync();
                    await restarted.StartAsync();
                    break;
                case 3 when round % 2 == 0:
                    await _mail.KillAsync();
                    await _mail.StartAgainAsync();
                    break;
            }
        }

        if (!back)
        {
            await _manager.ServeAgainAsync();
        }
    }

    private async Task EndAsync()
    {
        foreach (var site in _sites)
        {
            site.Line.SwallowAnswers = false;
        }

        Reach();
        await Task.WhenAll(_sites.Select(s => s.QuietAsync()));
        foreach (var site in _sites)
        {
            await site.StopAsync();
            // What still waits is sent, and one more round is read.
            site.Settings = site.Settings with { CounterSeconds = 3600 };
            await site.StartAsync();
        }

        await UntilAsync(() => _sites.All(s => s.Waiting == 0 && s.Delivered > 0), "everything is acknowledged");
        await _manager.UntilAsync("select count(*) from fleet_message", 0);
        foreach (var site in _sites)
        {
            await site.StopAsync();
        }
    }

    private async Task JudgeAsync()
    {
        var readings = await CompareAsync();
        foreach (var site in _sites)
        {
            foreach (var device in site.Readings.GroupBy(r => r.Key))
            {
                var taken = await _manager.ScalarAsync(
                    $"select coalesce(sum(cast(cast(s.state as jsonb) -> 'agents' -> 0 ->> 'readings' as bigint)), 0)::bigint from device_state s join fleet_device f on f.device_id = s.device_id where f.agent_id = {site.Agent} and f.key = '{device.Key}'");
                Assert.That(taken, Is.EqualTo(device.Count()), $"{device.Key} in the ledger: {site}");
            }
        }

        Assert.That(_sites.Select(s => s.Readings.Select(r => r.Key).Distinct().Count()), Is.EqualTo(new[] { s_devices + 1, s_devices, s_devices }), "the printer on USB is read too");
        await _manager.GoodAsync("audit", "--full");
        Assert.That(await _manager.ScalarAsync("select count(*) from fleet_gap"), Is.Zero);
        Assert.That(await _manager.ScalarAsync("select count(distinct device_id) from fleet_device"), Is.EqualTo((3 * s_devices) + 1));
        Assert.That(await _manager.ScalarAsync("select sum(refused)::bigint from fleet_agent"), Is.Zero);
        var messages = await _manager.ScalarAsync("select sum(applied_through)::bigint from fleet_agent");
        var again = await _manager.ScalarAsync("select sum(repeated)::bigint from fleet_agent");
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{3 * s_devices} devices and one on USB, {s_day.TotalMinutes:0.##} minutes: {readings} readings, {messages} messages, {again} came again, lines cut {_cuts} times"));
    }

    /// <summary>Compares what agents kept with what the manager took, reading by reading; gives how many there are.</summary>
    private async Task<int> CompareAsync()
    {
        var produced = _sites.SelectMany(s => s.Readings.Select(r => $"{s.Agent}/{r.Sequence} {r.Key} {r.SentAt:O} {r.Values}")).Order(StringComparer.Ordinal).ToList();
        var taken = new List<string>();
        foreach (var row in await _manager.ListAsync("select agent_id || '/' || sequence || ' ' || encode(body, 'base64') from seen_message"))
        {
            var (about, body) = (row[..row.IndexOf(' ', StringComparison.Ordinal)], row[row.IndexOf(' ', StringComparison.Ordinal)..]);
            var message = FleetMessageReader.Read(FleetPacking.Unpack(Convert.FromBase64String(body)));
            taken.AddRange(message.Devices.Where(d => d.Reading is not null).Select(d => $"{about} {d.Key} {d.Reading!.SentAt:O} {FleetSite.ValuesOf(d.Reading)}"));
        }

        taken.Sort(StringComparer.Ordinal);
        Assert.That(produced.Distinct().Count(), Is.EqualTo(produced.Count), "no two readings are alike");
        Assert.That(taken.Except(produced), Is.Empty, "nothing came that was not read");
        Assert.That(produced.Except(taken), Is.Empty, "everything that was read came");
        Assert.That(taken, Is.EqualTo(produced), "and came once");
        return produced.Count;
    }

    private void Reach()
    {
        _front.Target = _manager.HttpsPort;
        foreach (var site in _sites)
        {
            site.Line.Target = site.Settings.Manager.Scheme == "http" ? _front.Port : _manager.HttpsPort;
        }
    }

    private async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var waited = Stopwatch.StartNew(); !holds(); await Task.Delay(100))
        {
            if (waited.Elapsed > s_patience)
            {
                Assert.Fail($"{what}: not within {s_patience}\n{string.Join("\n", _sites.Select(s => s.ToString()))}\n{_manager.Log}\n{_mail.Log}");
            }
        }
    }
}
