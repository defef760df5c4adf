using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CopyTrack.TestKit.Kerberos;

namespace CopyTrack.TestKit.Ldap;

/// <summary>
/// A Samba Active Directory of the tests' own (packages samba-ad-dc, samba-ad-provision, ldap-utils): a domain in a temporary folder on a loopback
/// address of its own, since its ports are fixed; ended by its pid and deleted. Must run as root. Takes some ten seconds to make.
/// </summary>
public sealed class PrivateSamba : IAsyncDisposable
{
    public const string Suffix = "DC=ad,DC=example", Users = "CN=Users,DC=ad,DC=example", Admin = "CN=Administrator,CN=Users,DC=ad,DC=example", Password = "Passw0rd!x";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("copytrack-samba-");
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;

    private PrivateSamba()
    {
        var id = Environment.ProcessId;
        Address = string.Create(CultureInfo.InvariantCulture, $"127.{64 + (id >> 14 & 63)}.{id >> 7 & 127}.{1 + (id & 127)}");
    }

    /// <summary>The loopback address it listens on.</summary>
    public string Address { get; }

    /// <summary>Who signs its certificate.</summary>
    public TestCertificates Certificates { get; } = new("Samba CA");

    /// <summary>Where LDAPS is; the certificate is for this name, which has to be resolved to <see cref="Address"/> by address.</summary>
    public string Url => $"ldaps://{Address}:636";

    /// <summary>Makes and starts a domain, with <paramref name="cards"/> one whose KDC takes smart cards of that authority.</summary>
    public static async Task<PrivateSamba> StartAsync(PkinitAuthority? cards = null)
    {
        var samba = new PrivateSamba();
        var at = samba._folder.FullName;
        await PrivateSlapd.RunAsync(
            null, "samba-tool", "domain", "provision", $"--targetdir={at}", "--realm=AD.EXAMPLE", "--domain=AD", "--server-role=dc", "--dns-backend=NONE", $"--adminpass={Password}",
            "--host-name=dc1", $"--host-ip={samba.Address}", $"--option=interfaces={samba.Address}", "--option=bind interfaces only=yes", $"--option=posix:eadb={at}/eadb.tdb");
        using (var certificate = samba.Certificates.Make("CN=dc1.ad.example", ["dc1.ad.example"], addresses: [samba.Address]))
        {
            TestCertificates.Write(certificate, $"{at}/tls.pem", $"{at}/tls.key");
        }

        await PrivateSlapd.RunAsync(null, "chmod", "600", $"{at}/tls.key");
        await File.WriteAllTextAsync($"{at}/ca.pem", samba.Certificates.Ca.ExportCertificatePem());
        var conf = await File.ReadAllTextAsync($"{at}/etc/smb.conf");
        conf = string.Join('\n', conf.Split('\n').Where(line => !line.TrimStart().StartsWith("server services", StringComparison.Ordinal) && !line.TrimStart().StartsWith("interfaces", StringComparison.Ordinal)))
            .Replace("[global]", $"[global]\n\tserver services = ldap, cldap, kdc, rpc\n\tinterfaces = {samba.Address}/8\n\tncalrpc dir = {at}/ncalrpc\n\tpid directory = {at}/pid\n\ttls cafile = {at}/ca.pem\n\ttls certfile = {at}/tls.pem\n\ttls keyfile = {at}/tls.key", StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{at}/etc/smb.conf", conf);
        await PrivateSlapd.RunAsync(null, "samba-tool", "domain", "passwordsettings", "set", "--account-lockout-threshold=3", "-s", $"{at}/etc/smb.conf");
        var start = new ProcessStartInfo("/usr/sbin/samba", ["-s", $"{at}/etc/smb.conf", "--interactive", "--no-process-group", "-M", "single"])
            { RedirectStandardError = true, RedirectStandardOutput = true };
        if (cards is not null)
        {
            start.Environment["KRB5_CONFIG"] = await WriteCardsAsync(at, cards);
        }

        // Other test programs have domains of their own at the same time: nothing of one stands where another looks.
        Directory.CreateDirectory($"{at}/pid");
        samba._process = Process.Start(start)!;
        samba._process.ErrorDataReceived += (_, e) => samba.Say(e.Data);
        samba._process.OutputDataReceived += (_, e) => samba.Say(e.Data);
        samba._process.BeginErrorReadLine();
        samba._process.BeginOutputReadLine();
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(samba.Address, 636);
                return samba;
            }
            catch (SocketException) when (waited.Elapsed < TimeSpan.FromSeconds(90) && !samba._process.HasExited)
            {
                await Task.Delay(100);
            }
            catch (SocketException e)
            {
                throw new InvalidOperationException($"samba does not listen on {samba.Address}:636{(samba._process.HasExited ? $", it ended with {samba._process.ExitCode}" : "")}: {string.Join('\n', samba._said)}", e);
            }
        }
    }

    /// <summary>The last lines that it said are told when it does not start.</summary>
    private void Say(string? line)
    {
        if (line is not null)
        {
            _said.Enqueue(line);
            if (_said.Count > 30)
            {
                _said.TryDequeue(out _);
            }
        }
    }

    /// <summary>The domain's Kerberos settings for smart cards; returns the file.</summary>
    private static async Task<string> WriteCardsAsync(string at, PkinitAuthority cards)
    {
        await File.WriteAllTextAsync($"{at}/kdc.pem", cards.KdcPem + "\n" + cards.KdcKeyPem + "\n");
        await File.WriteAllTextAsync($"{at}/cards.pem", cards.AuthorityPem);
        await File.WriteAllTextAsync($"{at}/krb5.conf", $"""
            [libdefaults]
                default_realm = AD.EXAMPLE
                dns_lookup_kdc = false
                dns_lookup_realm = false
            [appdefaults]
                pkinit_anchors = FILE:{at}/cards.pem
            [kdc]
                enable-pkinit = true
                pkinit_identity = FILE:{at}/kdc.pem
                pkinit_anchors = FILE:{at}/cards.pem
                pkinit_win2k_require_binding = false
            """);
        return $"{at}/krb5.conf";
    }

    /// <summary>LDIF of a user with a password; <paramref name="control"/> 512 is a usual account, 514 a disabled one.</summary>
    public static string User(string name, string more = "", string? parent = null, int control = 512) =>
        $"dn: CN={name},{parent ?? Users}\nchangetype: add\nobjectClass: user\ncn: {name}\nsAMAccountName: {name}\nuserPrincipalName: {name}@ad.example\n"
        + $"unicodePwd:: {Convert.ToBase64String(Encoding.Unicode.GetBytes($"\"{Password}\""))}\nuserAccountControl: {control.ToString(CultureInfo.InvariantCulture)}\n{(more.Length == 0 ? "" : more + "\n")}\n";

    /// <summary>DN of a user made by <see cref="User"/>.</summary>
    public static string Dn(string name, string? parent = null) => $"CN={name},{parent ?? Users}";

    /// <summary>Changes entries by LDIF with <c>changetype</c>.</summary>
    public Task ChangeAsync(string ldif) =>
        PrivateSlapd.RunAsync(ldif, "/usr/bin/env", $"LDAPTLS_CACERT={_folder.FullName}/ca.pem", "ldapmodify", "-x", "-H", Url, "-D", Admin, "-w", Password);

    /// <summary>Runs samba-tool on the domain's own files.</summary>
    public Task ToolAsync(params string[] words) => PrivateSlapd.RunAsync(null, "samba-tool", [.. words, "-s", $"{_folder.FullName}/etc/smb.conf"]);

    /// <summary>A place in the domain's folder.</summary>
    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Sets an attribute; without values it is removed.</summary>
    public Task SetAsync(string dn, string attribute, params string[] values) =>
        ChangeAsync($"dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{string.Join("", values.Select(v => $"{attribute}: {v}\n"))}");

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Certificates.Dispose();
        _folder.Delete(recursive: true);
    }
}
