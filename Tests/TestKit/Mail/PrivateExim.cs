using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.TestKit.Ldap;

namespace CopyTrack.TestKit.Mail;

/// <summary>
/// A mail server of the tests' own (package exim4-daemon-light) on free loopback ports, in a temporary folder; killed by its pid and deleted at the
/// end. Mail to <c>anybody@box.test</c> goes into <see cref="Maildir"/>, to <c>pipe.test</c> into the command given. <c>nobody</c> is refused,
/// <c>later</c> put off; a subject with "virus" is refused, one with "full" put off.
/// </summary>
public sealed class PrivateExim : IAsyncDisposable
{
    public const string User = "agent", Password = "geheim: ä=1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("copytrack-exim-");
    private Process? _process;

    /// <summary>No TLS, no login.</summary>
    public int PlainPort { get; } = FreePort.Take();

    /// <summary>TLS from the start; AUTH LOGIN only, needed to send.</summary>
    public int TlsPort { get; } = FreePort.Take();

    /// <summary>STARTTLS; AUTH PLAIN and LOGIN, needed to send.</summary>
    public int SubmissionPort { get; } = FreePort.Take();

    /// <summary>Who signs its certificate, which is for <c>localhost</c> and 127.0.0.1.</summary>
    public TestCertificates Certificates { get; } = new("Mail CA");

    /// <summary>Where mail to box.test goes (folders new, cur, tmp).</summary>
    public string Maildir => Path.Combine(_folder.FullName, "box");

    /// <summary>What it wrote about its mails, for a test that fails.</summary>
    public string Log => File.Exists(Path.Combine(_folder.FullName, "log", "mainlog")) ? File.ReadAllText(Path.Combine(_folder.FullName, "log", "mainlog")) : "";

    /// <summary>Starts it. <paramref name="pipe"/>: a command line for mail to pipe.test, run with the mail on its standard input; exit status 75 has it tried again after a second.</summary>
    public static async Task<PrivateExim> StartAsync(string pipe = "/bin/true")
    {
        var exim = new PrivateExim();
        try
        {
            await exim.PrepareAsync(pipe);
            await exim.StartAgainAsync();
            return exim;
        }
        catch
        {
            await exim.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it as a power cut would; what it has taken stands in its spool.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Starts it (again) on the same ports.</summary>
    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo("/usr/sbin/exim4", ["-C", Path.Combine(_folder.FullName, "exim.conf"), "-bdf", "-q1s"])
        {
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("exim4 does not start; install it with: apt-get install exim4-daemon-light");
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, PlainPort);
                return;
            }
            catch (SocketException) when (waited.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>The next mail in <see cref="Maildir"/> as it was kept, which is removed; waits for it.</summary>
    public async Task<byte[]> TakeAsync(CancellationToken cancellationToken = default)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(20, cancellationToken))
        {
            if (Directory.Exists(Path.Combine(Maildir, "new")) && Directory.EnumerateFiles(Path.Combine(Maildir, "new")).Order(StringComparer.Ordinal).FirstOrDefault() is { } file)
            {
                var mail = await File.ReadAllBytesAsync(file, cancellationToken);
                File.Delete(file);
                return mail;
            }
        }

        throw new InvalidOperationException("no mail came into the box: " + Log);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Certificates.Dispose();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A child of the server that ends a moment later still wrote: once more is enough.
            await Task.Delay(300);
            _folder.Delete(recursive: true);
        }
    }

    private async Task PrepareAsync(string pipe)
    {
        var at = _folder.FullName;
        using (var certificate = Certificates.Make("CN=localhost", ["localhost"]))
        {
            TestCertificates.Write(certificate, Path.Combine(at, "server.pem"), Path.Combine(at, "server.key"));
        }

        foreach (var folder in new[] { "spool", "log", "box" })
        {
            Directory.CreateDirectory(Path.Combine(at, folder));
        }

        await File.WriteAllTextAsync(Path.Combine(at, "exim.conf"), Configuration(at, pipe));
        // It works as the user of the package, and takes no configuration that others may write.
        foreach (var (file, arguments) in new (string, string[])[] { ("chown", ["-R", "Debian-exim:Debian-exim", at]), ("chown", ["root:root", Path.Combine(at, "exim.conf")]), ("chmod", ["755", at]), ("chmod", ["644", Path.Combine(at, "exim.conf")]) })
        {
            using var run = Process.Start(file, arguments);
            await run.WaitForExitAsync();
        }
    }

    private string Configuration(string at, string pipe)
    {
        return """
            primary_hostname = mail.example.test
            spool_directory = @AT@/spool
            log_file_path = @AT@/log/%slog
            pid_file_path = @AT@/exim.pid
            exim_user = Debian-exim
            exim_group = Debian-exim
            deliver_drop_privilege = true
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = @PLAIN@ : @TLS@ : @SUBMISSION@
            tls_on_connect_ports = @TLS@
            tls_advertise_hosts = ${if eq{$received_port}{@PLAIN@}{}{*}}
            tls_certificate = @AT@/server.pem
            tls_privatekey = @AT@/server.key
            auth_advertise_hosts = ${if def:tls_in_cipher {*}{}}
            disable_ipv6 = true
            rfc1413_query_timeout = 0s
            keep_environment =
            message_size_limit = 2M
            smtp_accept_max = 100
            smtp_accept_queue_per_connection = 0
            queue_run_max = 5
            acl_smtp_rcpt = rcpt
            acl_smtp_data = data

            begin acl
            rcpt:
              deny condition = ${if !eq{$received_port}{@PLAIN@}}
                   !authenticated = *
                   message = log in first
              deny local_parts = nobody
                   message = nobody is unknown here
              defer local_parts = later
                   message = come later
              accept
            data:
              deny condition = ${if match{$h_subject:}{virus}}
                   message = no viruses
              defer condition = ${if match{$h_subject:}{full}}
                   message = the disk is full
              accept

            begin routers
            box:
              driver = accept
              domains = box.test
              transport = box
            pipe:
              driver = accept
              domains = pipe.test
              transport = pipe

            begin transports
            box:
              driver = appendfile
              maildir_format
              directory = @AT@/box
              user = Debian-exim
            pipe:
              driver = pipe
              command = @PIPE@
              environment = PATH=/usr/bin:/bin : HOME=/tmp
              user = Debian-exim
              return_fail_output = true
              message_prefix =
              message_suffix =
              temp_errors = *
              timeout = 60s

            begin retry
            * * F,1h,1s

            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_condition = ${if and{{eq{$auth2}{@USER@}}{eq{$auth3}{@PASSWORD@}}}}
              server_advertise_condition = ${if eq{$received_port}{@SUBMISSION@}}
            login:
              driver = plaintext
              public_name = LOGIN
              server_prompts = Username:: : Password::
              server_condition = ${if and{{eq{$auth1}{@USER@}}{eq{$auth2}{@PASSWORD@}}}}
            """
            .Replace("@PLAIN@", Text(PlainPort), StringComparison.Ordinal)
            .Replace("@TLS@", Text(TlsPort), StringComparison.Ordinal)
            .Replace("@SUBMISSION@", Text(SubmissionPort), StringComparison.Ordinal)
            .Replace("@USER@", User, StringComparison.Ordinal)
            .Replace("@PASSWORD@", Password, StringComparison.Ordinal)
            .Replace("@AT@", at, StringComparison.Ordinal)
            .Replace("@PIPE@", pipe, StringComparison.Ordinal);

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }
}
