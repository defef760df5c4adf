using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CopyTrack.TestKit.Kerberos;

/// <summary>
/// A MIT KDC of the tests' own, as a process on loopback with everything in a temporary directory: realms ACME.TEST and OTHER.TEST that trust each other, people
/// in every state, a keytab of our service, certificates for PKINIT. Stopped by its pid and deleted at the end. About three seconds.
/// </summary>
public sealed class PrivateKdc : IAsyncDisposable
{
    /// <summary>The realm of the site.</summary>
    public const string Realm = "ACME.TEST";

    /// <summary>A realm that the site's realm trusts.</summary>
    public const string OtherRealm = "OTHER.TEST";

    /// <summary>Our service.</summary>
    public const string Service = "HTTP/copytrack.acme.test";

    /// <summary>Everybody's password.</summary>
    public const string Password = "Correct horse 1";

    private readonly string directory = System.IO.Directory.CreateTempSubdirectory("copytrack-kdc-").FullName;
    private Process? server;

    private PrivateKdc()
    {
        Port = FreePort.Take();
        Pki = new PkinitAuthority(Realm);
    }

    /// <summary>Port of UDP and TCP on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Who signs the certificates of the KDC and of cards.</summary>
    public PkinitAuthority Pki { get; }

    /// <summary>Where everything is.</summary>
    public string Directory => directory;

    /// <summary>The keytab of <see cref="Service"/>.</summary>
    public string Keytab => Path.Combine(directory, "service.keytab");

    /// <summary>krb5.conf for the tools of MIT.</summary>
    public string Krb5Conf => Path.Combine(directory, "krb5.conf");

    /// <summary>The KDC's log so far.</summary>
    public string Log => File.Exists(LogFile) ? ReadShared(LogFile) : "";

    private string LogFile => Path.Combine(directory, "kdc.log");

    /// <summary>
    /// Makes the realms and starts the KDC. The people are <c>alice</c>, <c>nopreauth</c> (needs no pre-authentication), <c>sha2</c> (RFC 8009 keys only),
    /// <c>rc4</c> (an RC4 key only), <c>expired</c>, <c>pwexpired</c>, <c>disabled</c>, <c>lockable</c> (locked by two wrong passwords), and
    /// <c>bob@OTHER.TEST</c>.
    /// </summary>
    public static async Task<PrivateKdc> StartAsync()
    {
        var kdc = new PrivateKdc();
        try
        {
            await kdc.CreateAsync();
            await kdc.StartAgainAsync();
            return kdc;
        }
        catch
        {
            await kdc.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the KDC as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (server is { HasExited: false })
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        server?.Dispose();
        server = null;
    }

    /// <summary>
    /// Starts the KDC (again), optionally with more lines for the realm's section and for libdefaults, and with a clock that is off (seconds); waits until it listens.
    /// </summary>
    public async Task StartAgainAsync(string realmLines = "", string defaults = "", int clockAhead = 0)
    {
        WriteKdcConf(realmLines, defaults);
        var start = Command("krb5kdc", "-n", "-r", Realm, "-r", OtherRealm);
        if (clockAhead != 0)
        {
            start.Environment["LD_PRELOAD"] = FakeTime;
            start.Environment["FAKETIME"] = string.Create(CultureInfo.InvariantCulture, $"{clockAhead:+0;-0}s");
        }

        server = Process.Start(start)!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (waited.Elapsed < TimeSpan.FromSeconds(60) && !server.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Runs commands of kadmin in the site's realm.</summary>
    public Task<string> AdministerAsync(params string[] commands) => AdministerAsync(Realm, commands);

    /// <summary>Runs a tool of MIT (kinit, kvno, ktutil) with this realm's configuration; returns its exit status and what it printed.</summary>
    public async Task<(int Status, string Output)> ToolAsync(string input, string name, params string[] arguments)
    {
        var start = Command(name, arguments);
        start.RedirectStandardInput = true;
        using var tool = Process.Start(start)!;
        await tool.StandardInput.WriteAsync(input);
        tool.StandardInput.Close();
        var error = tool.StandardError.ReadToEndAsync();
        var output = await tool.StandardOutput.ReadToEndAsync();
        await tool.WaitForExitAsync();
        return (tool.ExitCode, output + await error);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Pki.Dispose();
        System.IO.Directory.Delete(directory, recursive: true);
    }

    private async Task CreateAsync()
    {
        await File.WriteAllTextAsync(Krb5Conf, $$"""
            [libdefaults]
                default_realm = {{Realm}}
                dns_lookup_kdc = false
                dns_lookup_realm = false
                rdns = false
                dns_canonicalize_hostname = false
                permitted_enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96 aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128 arcfour-hmac
                allow_rc4 = true
                allow_weak_crypto = true
            [realms]
                {{Realm}} = {
                    kdc = 127.0.0.1:{{Port}}
                    pkinit_anchors = FILE:{{directory}}/ca.pem
                }
                {{OtherRealm}} = {
                    kdc = 127.0.0.1:{{Port}}
                }
            """);
        await File.WriteAllTextAsync(Path.Combine(directory, "acl"), "");
        await File.WriteAllTextAsync(Path.Combine(directory, "ca.pem"), Pki.AuthorityPem);
        await File.WriteAllTextAsync(Path.Combine(directory, "kdc.pem"), Pki.KdcPem);
        await File.WriteAllTextAsync(Path.Combine(directory, "kdc.key"), Pki.KdcKeyPem);
        WriteKdcConf("", "");
        await Task.WhenAll(CreateRealmAsync(Realm), CreateRealmAsync(OtherRealm));
        await AdministerAsync(
            Realm,
            "addpol -maxfailure 2 -failurecountinterval 1h -lockoutduration 1h lockpol",
            $"addprinc -pw \"{Password}\" alice",
            $"addprinc -pw \"{Password}\" carol",
            $"addprinc -pw \"{Password}\" -requires_preauth nopreauth",
            $"addprinc -pw \"{Password}\" -e aes256-cts-hmac-sha384-192:normal sha2",
            $"addprinc -pw \"{Password}\" -e aes128-cts-hmac-sha1-96:normal aes128",
            $"addprinc -pw \"{Password}\" -e arcfour-hmac:normal rc4",
            $"addprinc -pw \"{Password}\" -expire 2020-01-01 expired",
            $"addprinc -pw \"{Password}\" -pwexpire 2020-01-01 pwexpired",
            $"addprinc -pw \"{Password}\" -allow_tix disabled",
            $"addprinc -pw \"{Password}\" -policy lockpol lockable",
            $"addprinc -randkey -requires_preauth {Service}",
            "addprinc -randkey HTTP/stranger.acme.test",
            $"addprinc -pw crossing krbtgt/{Realm}@{OtherRealm}",
            $"ktadd -k {Keytab} {Service}",
            $"ktadd -k {directory}/stranger.keytab HTTP/stranger.acme.test");
        await AdministerAsync(OtherRealm, $"addprinc -pw \"{Password}\" bob", $"addprinc -pw crossing krbtgt/{Realm}@{OtherRealm}");
    }

    private async Task CreateRealmAsync(string realm)
    {
        var (status, output) = await ToolAsync("", Program("kdb5_util"), "create", "-s", "-r", realm, "-P", "master-" + realm);
        if (status != 0)
        {
            throw new InvalidOperationException("kdb5_util: " + output);
        }
    }

    private async Task<string> AdministerAsync(string realm, params string[] commands)
    {
        var (_, output) = await ToolAsync(string.Join('\n', commands) + "\nquit\n", Program("kadmin.local"), "-r", realm);
        return output;
    }

    private void WriteKdcConf(string realmLines, string defaults) => File.WriteAllText(Path.Combine(directory, "kdc.conf"), $$"""
        [libdefaults]
            {{defaults}}
        [kdcdefaults]
            kdc_listen = 127.0.0.1:{{Port}}
            kdc_tcp_listen = 127.0.0.1:{{Port}}
        [realms]
            {{Realm}} = {
                database_name = {{directory}}/acme
                key_stash_file = {{directory}}/acme.stash
                acl_file = {{directory}}/acl
                supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
                default_principal_flags = +preauth
                pkinit_identity = FILE:{{directory}}/kdc.pem,{{directory}}/kdc.key
                pkinit_anchors = FILE:{{directory}}/ca.pem
                pkinit_allow_upn = true
                {{realmLines}}
            }
            {{OtherRealm}} = {
                database_name = {{directory}}/other
                key_stash_file = {{directory}}/other.stash
                acl_file = {{directory}}/acl
                supported_enctypes = aes256-cts-hmac-sha1-96:normal
                default_principal_flags = +preauth
            }
        [logging]
            kdc = FILE:{{LogFile}}
        """);

    private ProcessStartInfo Command(string name, params string[] arguments) => new(Program(name), arguments)
    {
        RedirectStandardOutput = true, RedirectStandardError = true,
        Environment =
        {
            ["KRB5_CONFIG"] = Krb5Conf, ["KRB5_KDC_PROFILE"] = Path.Combine(directory, "kdc.conf"), ["KRB5CCNAME"] = "FILE:" + Path.Combine(directory, "ccache"),
            ["KRB5RCACHETYPE"] = "none",
        },
    };

    private static string Program(string name) => new[] { "/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/" }.Select(place => place + Path.GetFileName(name))
        .FirstOrDefault(File.Exists) ?? throw new FileNotFoundException($"{name} not found: apt-get install krb5-kdc krb5-admin-server krb5-user krb5-pkinit");

    private static string FakeTime => System.IO.Directory.EnumerateDirectories("/usr/lib").Select(d => Path.Combine(d, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("libfaketime not found: apt-get install faketime");

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
