using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CopyTrack.Accounting.Mail.Transport;

/// <summary>A conversation with a server that has greeted, is protected as set, and knows us. Failures are <see cref="SmtpFailure"/>.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private readonly SmtpSettings _settings;
    private readonly string _localName;
    private SmtpStream _stream;

    private SmtpSession(SmtpStream stream, SmtpSettings settings, string localName) => (_stream, _settings, _localName) = (stream, settings, localName);

    public SmtpOffer Offer { get; private set; } = SmtpOffer.Nothing;

    public SmtpStream Stream => _stream;

    public static async Task<SmtpSession> OpenAsync(SmtpSettings settings, CancellationToken cancellationToken)
    {
        if (settings.UserName is not null && settings.Security == SmtpSecurity.None)
        {
            throw SmtpFailure.Permanent(SmtpCause.LoginNotPossible, $"{settings.Server}: a password is never sent without TLS: choose TLS or STARTTLS, or take the user name out");
        }

        var tcp = await SmtpDialer.ConnectAsync(settings, cancellationToken);
        var localName = settings.LocalName ?? Literal(tcp.Socket.LocalEndPoint);
        Stream first = settings.Security == SmtpSecurity.Tls ? await SmtpDialer.SecureAsync(tcp, settings, cancellationToken) : tcp;
        var session = new SmtpSession(new SmtpStream(first, settings), settings, localName);
        try
        {
            await session.BeginAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says good-bye without waiting long for the answer: the mail's fate is known already.</summary>
    public async Task QuitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken);
            await _stream.ReadAsync(TimeSpan.FromSeconds(2), cancellationToken);
        }
        catch (SmtpFailure)
        {
            // The other side has gone already.
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var greeting = await _stream.ReadAsync(_settings.ReplyTimeout, cancellationToken);
        if (!greeting.IsGood)
        {
            throw SmtpFailure.Refused(_settings, SmtpCause.SenderRefused, greeting, "the connection", "ask who runs the mail server to let this machine send");
        }

        await GreetAsync(cancellationToken);
        if (_settings.Security == SmtpSecurity.StartTls)
        {
            await StartTlsAsync(cancellationToken);
            await GreetAsync(cancellationToken);
        }

        if (_settings.UserName is { } user)
        {
            await LoginAsync(user, _settings.Password ?? "", cancellationToken);
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var reply = await _stream.AskAsync($"EHLO {_localName}", cancellationToken);
        if (reply.IsGood)
        {
            Offer = SmtpOffer.Read(reply);
            return;
        }

        if (!reply.IsTemporary)
        {
            // An old server; without EHLO it offers nothing (RFC 5321 §3.2).
            reply = await _stream.AskAsync($"HELO {_localName}", cancellationToken);
            Offer = SmtpOffer.Nothing;
        }

        if (!reply.IsGood)
        {
            throw SmtpFailure.Refused(_settings, SmtpCause.SenderRefused, reply, "the greeting", "ask who runs the mail server to let this machine send");
        }
    }

    private async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!Offer.StartTls)
        {
            throw SmtpFailure.Permanent(SmtpCause.StartTlsNotOffered, $"{_settings.Server}: the mail server offers no STARTTLS: use its port for TLS, or look for who takes the offer out of the traffic");
        }

        var reply = await _stream.AskAsync("STARTTLS", cancellationToken);
        if (!reply.IsGood)
        {
            throw SmtpFailure.Refused(_settings, SmtpCause.StartTlsNotOffered, reply, "STARTTLS", "look at the mail server's TLS");
        }

        if (_stream.HasUnread)
        {
            // Words slipped in behind the answer would be taken for the server's own after TLS.
            throw SmtpFailure.Temporary(SmtpCause.Protocol, $"{_settings.Server}: something was put into the traffic before TLS began: look for who changes it");
        }

        _stream = new SmtpStream(await SmtpDialer.SecureAsync(_stream.Inner, _settings, cancellationToken), _settings);
    }

    private async Task LoginAsync(string user, string password, CancellationToken cancellationToken)
    {
        var reply = (Offer.Plain, Offer.Login) switch
        {
            // RFC 4616: identity, NUL, name, NUL, password; a NUL in one of them would shift the others.
            (true, _) when !user.Contains('\0', StringComparison.Ordinal) && !password.Contains('\0', StringComparison.Ordinal) =>
                await _stream.AskAsync("AUTH PLAIN " + Base64($"\0{user}\0{password}"), cancellationToken),
            (_, true) => await LoginStepsAsync(user, password, cancellationToken),
            _ => throw SmtpFailure.Permanent(SmtpCause.LoginNotPossible, $"{_settings.Server}: the mail server offers neither AUTH PLAIN nor AUTH LOGIN: take the user name out, or use the port for senders with a password"),
        };
        if (!reply.IsGood)
        {
            throw SmtpFailure.Refused(_settings, SmtpCause.LoginRefused, reply, "the login", "check user name and password, and that the account may send");
        }
    }

    private async Task<SmtpReply> LoginStepsAsync(string user, string password, CancellationToken cancellationToken)
    {
        var reply = await _stream.AskAsync("AUTH LOGIN", cancellationToken);
        foreach (var secret in new[] { user, password })
        {
            if (reply.Code == 334)
            {
                reply = await _stream.AskAsync(Base64(secret), cancellationToken);
            }
        }

        return reply;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Literal(EndPoint? local)
    {
        var address = (local as IPEndPoint)?.Address ?? IPAddress.Loopback;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetwork ? $"[{address}]" : string.Create(CultureInfo.InvariantCulture, $"[IPv6:{new IPAddress(address.GetAddressBytes())}]");
    }
}
