using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CopyTrack.TestKit.Ldap;

/// <summary>
/// An OpenLDAP server of the tests' own (packages slapd and ldap-utils) with syncprov, on free loopback ports, in a temporary folder; killed by its
/// pid and deleted at the end.
/// </summary>
public sealed class PrivateSlapd : IAsyncDisposable
{
    public const string Suffix = "dc=example,dc=org", Admin = "cn=admin,dc=example,dc=org", Reader = "cn=reader,dc=example,dc=org", Password = "secret";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("copytrack-slapd-");
    private Process? _process;

    private readonly bool _tls;

    private PrivateSlapd(bool tls) => (PlainPort, TlsPort, _tls) = (FreePort.Take(), FreePort.Take(), tls);

    /// <summary>Port for StartTLS.</summary>
    public int PlainPort { get; }

    /// <summary>Port for LDAPS.</summary>
    public int TlsPort { get; }

    /// <summary>Its process; null while it rests.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>Who signs its certificate.</summary>
    public TestCertificates Certificates { get; } = new();

    /// <summary>The CA as a PEM file.</summary>
    public string CaFile => Path.Combine(_folder.FullName, "ca.pem");

    /// <summary>Address with TLS from the start.</summary>
    public string Url => $"ldaps://127.0.0.1:{TlsPort.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Address for StartTLS.</summary>
    public string PlainUrl => $"ldap://127.0.0.1:{PlainPort.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Starts a server with these entries (LDIF without the suffix, the organisational units people and groups and the reader, which are always there).</summary>
    public static async Task<PrivateSlapd> StartAsync(string ldif = "", string extra = "", string overlays = "overlay syncprov\nsyncprov-sessionlog 10000", bool tls = true)
    {
        var slapd = new PrivateSlapd(tls);
        var at = slapd._folder.FullName;
        Directory.CreateDirectory(Path.Combine(at, "db"));
        await File.WriteAllTextAsync(slapd.CaFile, slapd.Certificates.Ca.ExportCertificatePem());
        using (var certificate = slapd.Certificates.Make("CN=localhost", ["localhost"]))
        {
            TestCertificates.Write(certificate, Path.Combine(at, "server.pem"), Path.Combine(at, "server.key"));
        }

        await File.WriteAllTextAsync(Path.Combine(at, "slapd.conf"), $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            include /etc/ldap/schema/nis.schema
            modulepath /usr/lib/ldap
            moduleload back_mdb
            moduleload syncprov
            moduleload memberof
            pidfile {at}/slapd.pid
            argsfile {at}/slapd.args
            {(tls ? $"TLSCACertificateFile {at}/ca.pem\nTLSCertificateFile {at}/server.pem\nTLSCertificateKeyFile {at}/server.key\nTLSVerifyClient allow" : "")}
            sizelimit unlimited
            authz-regexp "^cn=copytrack$" "{Reader}"
            {extra}
            database mdb
            suffix {Suffix}
            rootdn {Admin}
            rootpw {Password}
            directory {at}/db
            dbnosync
            maxsize 2147483648
            limits dn.exact="cn=limited,{Suffix}" size.soft=3 size.hard=3 size.prtotal=3
            access to attrs=userPassword by anonymous auth by * none
            access to * by dn.exact="cn=blind,{Suffix}" disclose by users read by * none
            index objectClass,uid,entryUUID,entryCSN,member eq
            index modifyTimestamp eq
            {overlays}
            """);
        var start = $"""
            dn: {Suffix}
            objectClass: dcObject
            objectClass: organization
            dc: example
            o: Example

            dn: ou=people,{Suffix}
            objectClass: organizationalUnit
            ou: people

            dn: ou=left,{Suffix}
            objectClass: organizationalUnit
            ou: left

            dn: ou=groups,{Suffix}
            objectClass: organizationalUnit
            ou: groups

            {string.Join("\n\n", new[] { "reader", "blind", "limited" }.Select(name => $"dn: cn={name},{Suffix}\nobjectClass: person\ncn: {name}\nsn: {name}\nuserPassword: {Password}"))}


            """;
        var file = Path.Combine(at, "start.ldif");
        await File.WriteAllTextAsync(file, start + ldif);
        await RunAsync(null, "/usr/sbin/slapadd", "-q", "-f", Path.Combine(at, "slapd.conf"), "-l", file);
        await slapd.StartAgainAsync();
        return slapd;
    }

    /// <summary>LDIF of an inetOrgPerson.</summary>
    public static string Person(string uid, string more = "", string ou = "people") =>
        $"dn: uid={uid},ou={ou},{Suffix}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid} name\nsn: name\ngivenName: {uid}\n{(more.Length == 0 ? "" : more + "\n")}\n";

    /// <summary>LDIF of a groupOfNames with members named by their DN.</summary>
    public static string Group(string cn, params string[] members) =>
        $"dn: cn={cn},ou=groups,{Suffix}\nobjectClass: groupOfNames\ncn: {cn}\n{string.Join('\n', members.Select(m => $"member: {m}"))}\n\n";

    /// <summary>DN of a person made by <see cref="Person"/>.</summary>
    public static string Dn(string uid, string ou = "people") => $"uid={uid},ou={ou},{Suffix}";

    /// <summary>DN of a group made by <see cref="Group"/>.</summary>
    public static string GroupDn(string cn) => $"cn={cn},ou=groups,{Suffix}";

    /// <summary>Changes entries by LDIF with <c>changetype</c>; entries without one are added.</summary>
    public Task ChangeAsync(string ldif) =>
        RunAsync(ldif, "ldapmodify", "-a", "-x", "-H", PlainUrl, "-D", Admin, "-w", Password);

    /// <summary>Adds many entries while the server rests.</summary>
    public async Task AddAsync(string ldif)
    {
        await KillAsync();
        var file = Path.Combine(_folder.FullName, "more.ldif");
        await File.WriteAllTextAsync(file, ldif);
        await RunAsync(null, "/usr/sbin/slapadd", "-q", "-f", Path.Combine(_folder.FullName, "slapd.conf"), "-l", file);
        await StartAgainAsync();
    }

    /// <summary>Removes entries.</summary>
    public Task DeleteAsync(params string[] dns) => ChangeAsync(string.Join("\n", dns.Select(dn => $"dn: {dn}\nchangetype: delete\n")));

    /// <summary>Renames or moves an entry.</summary>
    public Task MoveAsync(string dn, string newRdn, string newParent) =>
        ChangeAsync($"dn: {dn}\nchangetype: modrdn\nnewrdn: {newRdn}\ndeleteoldrdn: 1\nnewsuperior: {newParent}\n");

    /// <summary>Sets an attribute.</summary>
    public Task SetAsync(string dn, string attribute, params string[] values) =>
        ChangeAsync($"dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{string.Join("", values.Select(v => $"{attribute}: {v}\n"))}");

    /// <summary>Ends the server as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Starts it (again) on the same ports.</summary>
    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo("/usr/sbin/slapd",
            ["-d", "0", "-f", Path.Combine(_folder.FullName, "slapd.conf"), "-h", $"ldap://127.0.0.1:{PlainPort}/" + (_tls ? $" ldaps://127.0.0.1:{TlsPort}/" : "")])
            { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, _tls ? TlsPort : PlainPort);
                return;
            }
            catch (SocketException) when (waited.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Certificates.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Runs a program to its end and returns what it wrote. Throws with its errors when it fails.</summary>
    public static async Task<string> RunAsync(string? input, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })
            ?? throw new InvalidOperationException($"{program} does not start; install it with: apt-get install slapd ldap-utils");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} failed: {await error}");
    }
}
