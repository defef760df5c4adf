using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Mail.Transport;
using CopyTrack.Agent;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Mail;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>Two sites whose agents send by mail through exim: one into a maildir that the server looks at, one into a pipe command. The mail server and the manager are killed on the way.</summary>
[Parallelizable] // Its peers are its own, and it waits most of the time.
internal sealed class MailSitesTests
{
    private const int DevicesPerSite = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-mail-").FullName;
    private LiveSite _manager = null!;
    private PrivateExim _mail = null!;
    private FleetSite[] _sites = [];

    [SetUp]
    public async Task StartAsync()
    {
        // The maildir stands before the mail server does.
        var ca = Path.Combine(_folder, "ca.pem");
        _manager = await LiveSite.StartAsync(Db.Sqlite, $"--Fleet:Maildir={Path.Combine(_folder, "box")}", "--Fleet:MaildirSeconds=1");
        using var http = await _manager.ClientAsync();
        using (var authority = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(await http.GetByteArrayAsync(new Uri("/fleet/v1/ca", UriKind.Relative))))
        {
            await File.WriteAllTextAsync(ca, authority.ExportCertificatePem());
        }

        // The mail server's user reads it.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        _mail = await PrivateExim.StartAsync($"{Environment.ProcessPath} {Path.Combine(AppContext.BaseDirectory, "copytrack.dll")} fleet receive --server https://localhost:{_manager.HttpsPort} --ca {ca}");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "box"), _mail.Maildir);
        await PutAsync(http, "nodes/acme", new { kind = "customer" });
        _sites = [new FleetSite(21, DevicesPerSite), new FleetSite(22, DevicesPerSite)];
        foreach (var (site, to, security) in new[] { (_sites[0], "fleet@box.test", "starttls"), (_sites[1], "fleet@pipe.test", "tls") })
        {
            site.Line.Target = _manager.HttpsPort;
            await PutAsync(http, $"nodes/{site.Name}", new { kind = "site", parent = "acme" });
            var answer = await http.PostAsJsonAsync(new Uri($"/api/v1/fleet/agents/agent of {site.Name}/code", UriKind.Relative), new { site = site.Name });
            var code = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            site.Settings.CaFingerprint = code["caFingerprint"]!.GetValue<string>();
            await FleetAgent.EnrolAsync(site.Settings, code["code"]!.GetValue<string>(), default);
            var mailCa = Path.Combine(_folder, "mail.pem");
            await File.WriteAllTextAsync(mailCa, _mail.Certificates.Ca.ExportCertificatePem());
            site.Settings = site.Settings with
            {
                CounterSeconds = 2, AskSeconds = 1,
                Mail = new AgentMail
                {
                    Host = "localhost", Port = security == "tls" ? _mail.TlsPort : _mail.SubmissionPort, Security = security, UserName = PrivateExim.User, Password = PrivateExim.Password, CaFile = mailCa,
                    From = "agent@site.example", To = to, RepeatSeconds = 10,
                },
            };
            Assert.That(site.Settings.Fault(), Is.Null);
            await site.StartAsync();
        }
    }

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        await _manager.DisposeAsync();
        await _mail.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Every_reading_that_went_by_mail_is_at_the_manager_once()
    {
        await UntilAsync(() => _sites.All(s => s.Known == DevicesPerSite && s.Delivered > 0), "the devices are told, and the manager's word comes back over HTTPS");

        // Strangers' mails: one without a message, one with another key's, one that is no mail at all.
        using var thief = FleetKeys.Create();
        var forged = new MessageEnvelope("1", 1, 1, DateTimeOffset.UtcNow, FleetPacking.Pack("<x/>"u8)).Seal(thief);
        var (from, to) = (Mailbox.TryParse("eve@example.org")!, Mailbox.TryParse("fleet@box.test")!);
        foreach (var mail in new[] { FleetMail.Write(from, to, "1", 1, forged, DateTimeOffset.UtcNow), new MailMessage { From = from, To = [to], Subject = "buy", Text = "now", Date = DateTimeOffset.UtcNow } })
        {
            Assert.That(await SmtpTransport.SendAsync(new SmtpSettings { Host = "127.0.0.1", Port = _mail.PlainPort, Security = SmtpSecurity.None }, mail, default), Is.InstanceOf<SmtpOutcome.Delivered>());
        }

        // No way back: what was mailed is mailed again, and counts once.
        foreach (var site in _sites)
        {
            site.Line.Target = 1;
            site.Work(1);
        }

        await _mail.KillAsync();
        await Task.Delay(4000);
        await _mail.StartAgainAsync();
        await Task.Delay(4000);
        await _manager.KillAsync();
        await Task.Delay(3000);
        await _sites[0].StopAsync();
        await _sites[0].StartAsync();
        await _manager.ServeAgainAsync();
        await _manager.UntilAsync("select case when sum(repeated) > 0 then 1 else 0 end from fleet_agent", 1);
        foreach (var site in _sites)
        {
            site.Line.Target = _manager.HttpsPort;
            await site.StopAsync();
            site.Settings = site.Settings with { CounterSeconds = 3600 };
            await site.StartAsync();
        }

        await UntilAsync(() => _sites.All(s => s.Waiting == 0 && s.Delivered > 0), "everything is acknowledged");
        await _manager.UntilAsync("select count(*) from fleet_message", 0);
        foreach (var site in _sites)
        {
            await site.StopAsync();
        }

        foreach (var (serial, site) in _sites.SelectMany(s => s.Devices.Select(d => (d.Serial, s))))
        {
            var taken = await _manager.ScalarAsync(
                $"select coalesce(sum(json_extract(s.state, '$.agents[0].readings')), 0) from device_state s where s.device_id in (select f.device_id from fleet_device f where f.serial = '{serial}')");
            Assert.That(taken, Is.EqualTo(site.Readings.Count(r => r.Serial == serial)), $"{serial}: {site}\n{_mail.Log}");
        }

        await _manager.GoodAsync("audit", "--full");
        Assert.That(await _manager.ScalarAsync("select count(*) from fleet_gap"), Is.Zero);
        Assert.That(await _manager.ScalarAsync("select count(*) from fleet_refusal where address = 'mail'"), Is.EqualTo(2), "the administrator sees the strangers");
        Assert.That(Directory.GetFiles(Path.Combine(_mail.Maildir, "cur")), Has.Length.EqualTo(2), "and can look at their mails");
        Assert.That(Directory.GetFiles(Path.Combine(_mail.Maildir, "new")), Is.Empty);
        TestContext.Out.WriteLine($"{_sites.Sum(s => s.Readings.Count)} readings, {await _manager.ScalarAsync("select sum(applied_through) from fleet_agent")} messages, {await _manager.ScalarAsync("select sum(repeated) from fleet_agent")} repeated");
    }

    private static async Task PutAsync(HttpClient http, string path, object body) =>
        Assert.That((int)(await http.PutAsJsonAsync(new Uri($"/api/v1/fleet/{path}", UriKind.Relative), body)).StatusCode, Is.EqualTo(200), path);

    private async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var until = DateTimeOffset.UtcNow + Patience; !holds(); await Task.Delay(100))
        {
            if (DateTimeOffset.UtcNow > until)
            {
                Assert.Fail($"{what}: not within {Patience}\n{string.Join("\n", _sites.Select(s => s.ToString()))}\n{_manager.Log}\n{_mail.Log}");
            }
        }
    }
}
