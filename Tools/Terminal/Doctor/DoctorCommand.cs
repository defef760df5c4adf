using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Enrolment;
using CopyTrack.Terminal.Native;
using CopyTrack.Terminal.Panel;
using CopyTrack.Terminal.Pkcs11;
using CopyTrack.Terminal.Readers.Keyboard;
using CopyTrack.Terminal.Readers.SmartCards;

namespace CopyTrack.Terminal.Doctor;

/// <summary>The verb <c>doctor</c>: looks at each part and says in plain words what is wrong and what helps.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>One line for each part, <c>good</c> or <c>BAD</c>; 0 when all is good, 1 otherwise. The panel is locked by the check, and nothing is sent to the server.</summary>
    internal static async Task<int> RunAsync(TerminalOptions options)
    {
        var bad = 0;
        void Say(string part, string? fault, string good)
        {
            bad += fault is null ? 0 : 1;
            Console.Out.WriteLine($"{(fault is null ? "good" : "BAD ")}  {part}: {fault ?? good}");
        }
        foreach (var reader in options.Readers)
        {
            var (part, fault) = Reader(reader);
            Say(part, fault, "answers");
        }
        if (options.PinPad is { } pad)
        {
            Say($"PIN pad {pad.Device}", Fault(() => new EvdevDevice(pad.Device, pad.Exclusive).Dispose()), "answers");
        }
        if (options.SmartCards is { } cards)
        {
            var tokens = "";
            Say($"smart cards {cards.Module}", Fault(() =>
            {
                using var token = new CardToken(cards);
                tokens = string.Join(", ", token.Labels());
            }), tokens.Length == 0 ? "the module works; no card is in" : "the module works; cards: " + tokens);
        }
        Say("panel", Fault(() =>
        {
            using var relay = PanelRelays.Create(options.Panel);
            relay.Apply([]);
        }), options.Panel is PanelOptions.None ? "none is configured" : "obeys (it is locked now)");
        var folder = new KeyFolder(options.Terminal.KeyFolder);
        Say("folder", Folder(options.Terminal.KeyFolder), "is there and is this terminal's alone");
        Say("certificate", Certificate(folder), "is good");
        Say("server", await ServerAsync(options.Server, folder), $"{options.Server.Host}:{options.Server.Port} is reached and trusted, and accepts the certificate");
        return bad == 0 ? 0 : 1;
    }

    private static (string Part, string? Fault) Reader(ReaderOptions reader) => reader switch
    {
        ReaderOptions.Keyboard keyboard => ($"reader {keyboard.Device}", Fault(() => new EvdevDevice(keyboard.Device, keyboard.Exclusive).Dispose())),
        ReaderOptions.Serial serial => ($"reader {serial.Line.Device}", Fault(() => SerialPort.Open(serial.Line).Dispose())),
        ReaderOptions.SmartCard card => ("PC/SC readers", SmartCards(card)),
        _ => ("reader", null),
    };

    private static string? SmartCards(ReaderOptions.SmartCard options)
    {
        try
        {
            if (PcscLite.EstablishContext(PcscLite.ScopeSystem, 0, 0, out var context) != PcscLite.Good)
            {
                return "the PC/SC service is not reached: is pcscd installed and running?";
            }
            try
            {
                var readers = SmartCardReader.Readers(context);
                return readers.Length == 0 ? "the PC/SC service runs, but knows no reader: is it plugged in?"
                    : readers.Any(name => name.Contains(options.Name, StringComparison.OrdinalIgnoreCase)) ? null
                    : $"no reader's name contains \"{options.Name}\"; there are: {string.Join(", ", readers)}";
            }
            finally
            {
                _ = PcscLite.ReleaseContext(context);
            }
        }
        catch (DllNotFoundException)
        {
            return "the library libpcsclite.so.1 is not installed (package libpcsclite1)";
        }
        catch (IOException fault)
        {
            return fault.Message;
        }
    }

    private static string? Fault(Action attempt)
    {
        try
        {
            attempt();
            return null;
        }
        catch (IOException fault)
        {
            return fault.Message.Contains("Permission denied", StringComparison.OrdinalIgnoreCase) ? $"{fault.Message}: the service's user must be in the groups input and dialout"
                : fault.Message.Contains("No such file", StringComparison.OrdinalIgnoreCase) ? $"{fault.Message}: is it plugged in, and is the path right?"
                : fault.Message;
        }
    }

    private static string? Folder(string path)
    {
        if (!Directory.Exists(path))
        {
            return $"{path} does not exist; enrolling makes it";
        }
        return (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) == 0 ? null : $"{path} can be read by others; it must have mode 0700";
    }

    private static string? Certificate(KeyFolder folder)
    {
        try
        {
            using var certificate = folder.LoadIdentity();
            using var authority = folder.LoadAuthority();
            var now = TimeProvider.System.GetUtcNow();
            return certificate is null || authority is null ? "there is none yet; run enrol with a code from the server"
                : certificate.NotBefore.ToUniversalTime() > now ? "is not valid yet: is this machine's clock right?"
                : certificate.NotAfter.ToUniversalTime() < now ? $"ended on {certificate.NotAfter:yyyy-MM-dd}; enrol again with a new code"
                : Enroller.RenewalDue(certificate) < now ? $"ends on {certificate.NotAfter:yyyy-MM-dd} and should have been renewed: is server.enrolmentUrl reached?"
                : null;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"can't be read: {fault.Message}";
        }
    }

    private static async Task<string?> ServerAsync(ServerOptions server, KeyFolder folder)
    {
        using var deadline = new CancellationTokenSource(ConnectTime);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Host, server.Port, deadline.Token);
            using var certificate = folder.LoadIdentity();
            using var authority = folder.LoadAuthority();
            if (certificate is null || authority is null)
            {
                return "is reached, but can't be checked before this terminal is enrolled";
            }
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = server.Host, ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true), CertificateChainPolicy = ServerTrust.PolicyFor(authority) },
                deadline.Token);
            return await Refused(tls);
        }
        catch (OperationCanceledException)
        {
            return $"{server.Host}:{server.Port} does not answer; is a firewall between?";
        }
        catch (SocketException fault)
        {
            return $"{server.Host}:{server.Port} is not reached: {fault.Message}";
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException or CryptographicException)
        {
            return $"the connection is refused: {fault.Message} (wrong host name, foreign server, or this terminal's certificate was revoked)";
        }
    }

    /// <summary>In TLS 1.3 the server's refusal of our certificate comes with the first read; a server that accepts it waits in silence.</summary>
    private static async Task<string?> Refused(SslStream tls)
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            return await tls.ReadAsync(new byte[1], brief.Token) == 0 ? "the server closed the connection: was this terminal's certificate revoked?" : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
