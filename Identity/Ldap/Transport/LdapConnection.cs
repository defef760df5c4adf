using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace CopyTrack.Identity.Ldap.Transport;

/// <summary>Who reads the directory.</summary>
public abstract record LdapCredential
{
    private LdapCredential() { }

    /// <summary>Name and password; an empty password is refused here, because servers take it for an anonymous bind (RFC 4513 §5.1.2).</summary>
    public sealed record Simple(string Dn, string Password) : LdapCredential
    {
        protected override bool PrintMembers(System.Text.StringBuilder builder)
        {
            builder.Append("Dn = ").Append(Dn);
            return true;
        }
    }

    /// <summary>The client certificate of the TLS connection (SASL EXTERNAL).</summary>
    public sealed record External : LdapCredential;

    /// <summary>Nobody.</summary>
    public sealed record Anonymous : LdapCredential;
}

/// <summary>A protected, authenticated conversation with one server. One request at a time, for one caller at a time.</summary>
public sealed class LdapConnection : ILdapConnection
{
    // A lying server could send entries for ever after an abandon: closing costs less than reading on.
    private const int MostAfterAbandon = 1000;

    private readonly LdapExchange _exchange = new();
    private readonly LdapSettings _settings;
    private LdapStream _stream;
    private bool _broken;

    private LdapConnection(LdapStream stream, LdapServer server, LdapSettings settings) => (_stream, Server, _settings) = (stream, server, settings);

    /// <inheritdoc/>
    public LdapServer Server { get; }

    /// <summary>Connects, starts TLS, checks the certificate and its name, and binds. Throws <see cref="LdapException"/>.</summary>
    public static async Task<LdapConnection> OpenAsync(LdapServer server, LdapSettings settings, LdapCredential credential, CancellationToken cancellationToken)
    {
        Stream tcp = await LdapDialer.ConnectAsync(server, settings, cancellationToken);
        var first = server.Security == LdapSecurity.Tls ? await LdapDialer.SecureAsync(tcp, server, settings, cancellationToken) : tcp;
        var connection = new LdapConnection(new LdapStream(first, server, settings), server, settings);
        try
        {
            if (server.Security == LdapSecurity.StartTls)
            {
                await connection.StartTlsAsync(cancellationToken);
            }

            await connection.BindAsync(credential, cancellationToken);
            return connection;
        }
        catch
        {
            connection._broken = true;
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LdapMessage> SearchAsync(LdapSearch search, IReadOnlyList<LdapControl> controls, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = _exchange.Begin(LdapExchange.Kind.Search);
        await _stream.WriteAsync(LdapEncoder.Search(id, search, controls), cancellationToken);
        try
        {
            while (_exchange.Current == id)
            {
                yield return await NextAsync(cancellationToken);
            }
        }
        finally
        {
            if (_exchange.Current == id && !_broken)
            {
                await AbandonAsync();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_broken)
        {
            _broken = true;
            try
            {
                await _stream.WriteAsync(LdapEncoder.Unbind(_exchange.NextId()), CancellationToken.None);
            }
            catch (LdapException)
            {
                // The other side has gone already.
            }
        }

        await _stream.DisposeAsync();
    }

    private async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(LdapEncoder.StartTls(_exchange.Begin(LdapExchange.Kind.Extended)), cancellationToken);
        LdapMessage message;
        do
        {
            message = await NextAsync(cancellationToken);
        }
        while (message.Response is not LdapResponse.Extended);
        var result = ((LdapResponse.Extended)message.Response).Result;
        if (result.Code != 0)
        {
            throw LdapFailures.StartTls(Server, result.Code);
        }

        if (_stream.HasUnread)
        {
            // Words slipped in behind the answer would be taken for the server's own after TLS.
            throw new LdapException(LdapCause.Protocol, $"{Server}: something was put into the traffic before TLS began: look for who changes it");
        }

        _stream = new LdapStream(await LdapDialer.SecureAsync(_stream.Inner, Server, _settings, cancellationToken), Server, _settings);
    }

    private async Task BindAsync(LdapCredential credential, CancellationToken cancellationToken)
    {
        if (credential is LdapCredential.Simple { Password: "" })
        {
            throw new LdapException(LdapCause.BindRefused, $"{Server}: the password of the reading account is empty: set it");
        }

        if (credential is LdapCredential.Anonymous)
        {
            return;
        }

        var id = _exchange.Begin(LdapExchange.Kind.Bind);
        var request = credential switch
        {
            LdapCredential.Simple simple => LdapEncoder.SimpleBind(id, simple.Dn, simple.Password),
            LdapCredential.External => LdapEncoder.ExternalBind(id),
            _ => throw new InvalidOperationException("a credential without a case"),
        };
        await _stream.WriteAsync(request, cancellationToken);
        CryptographicOperations.ZeroMemory(request);
        var message = await NextAsync(cancellationToken);
        if (message.Response is LdapResponse.Bound { Result: { Code: not 0 } result })
        {
            throw LdapFailures.Bind(Server, result);
        }
    }

    private async ValueTask<LdapMessage> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var passed = 0; ; passed++)
            {
                var message = await _stream.ReadAsync(cancellationToken);
                if (message is { MessageId: 0, Response: LdapResponse.Extended notice })
                {
                    // Notice of disconnection (RFC 4511 §4.4.1).
                    throw new LdapException(LdapCause.Unavailable,
                        $"{Server}: the directory ends the connection (result {notice.Result.Code}): look at the directory server; the next run tries again") { ResultCode = notice.Result.Code };
                }

                if (passed > MostAfterAbandon)
                {
                    throw new LdapFormatException("answers that nobody wants do not end");
                }

                if (_exchange.Takes(message))
                {
                    return message;
                }
            }
        }
        catch (LdapFormatException e)
        {
            _broken = true;
            throw new LdapException(LdapCause.Protocol, $"{Server}: what answers breaks the LDAP protocol ({e.Message}): check host and port, and that no proxy changes the traffic", e);
        }
        catch
        {
            _broken = true;
            throw;
        }
    }

    private async Task AbandonAsync()
    {
        try
        {
            await _stream.WriteAsync(LdapEncoder.Abandon(_exchange.NextId(), _exchange.Abandon()), CancellationToken.None);
        }
        catch (LdapException)
        {
            _broken = true;
        }
    }
}
