using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Server.Webhooks;

/// <summary>What came of sending: the answer's status, when one came; why the event was not taken, null when it was; and how long the receiver asks to be left alone.</summary>
internal sealed record SendResult(int? Status, string? Cause, TimeSpan? RetryAfter)
{
    /// <summary>The receiver says that it wants nothing any more.</summary>
    public bool IsGone => Status == 410;
}

/// <summary>
/// Sends a signed body to an address. Connects only where <see cref="WebhookAddress.Refusal"/> allows it, to the very address that was looked at; follows no redirect, uses no proxy and no cookie, and reads
/// no more of the answer than its headers.
/// </summary>
internal sealed class WebhookTransport : IDisposable
{
    private readonly WebhookOptions options;
    private readonly HttpClient client;

    public WebhookTransport(WebhookOptions options)
    {
        this.options = options;
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, MaxResponseHeadersLength = 16, MaxConnectionsPerServer = 4,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsTrusted },
        }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Posts the body with these headers; never throws for what the receiver does.</summary>
    public async Task<SendResult> PostAsync(Uri address, byte[] body, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("CopyTrack-Webhooks/1");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)response.StatusCode;
            return status is >= 200 and < 300 ? new SendResult(status, null, null)
                : new SendResult(status, status is >= 300 and < 400 ? $"it answered with a redirect ({status}), which is not followed: give the address that it leads to" : $"it answered {status}", Asked(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendResult(null, $"no answer within {options.Timeout.TotalSeconds:0} s", null);
        }
        catch (HttpRequestException e)
        {
            return new SendResult(null, Cause(e), null);
        }
    }

    public void Dispose() => client.Dispose();

    private static TimeSpan? Asked(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? response.Headers.RetryAfter?.Delta : null;

    private static string Cause(HttpRequestException fault) => fault switch
    {
        { InnerException: RefusedAddressException refused } => refused.Message,
        { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known",
        { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException } => "its certificate is not trusted; an authority of your own goes into Webhooks:CaFile",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "no TLS connection came about",
        { InnerException: SocketException { SocketErrorCode: var code } } => $"no connection: {code}",
        { HttpRequestError: HttpRequestError.ConnectionError } => "no connection came about",
        _ => $"no answer: {fault.HttpRequestError}",
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IPAddress[] found;
        try
        {
            found = IPAddress.TryParse(context.DnsEndPoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(HttpRequestError.NameResolutionError, "the name is not known", e);
        }

        // One forbidden address among several refuses all: which one is taken must not be a matter of luck.
        var https = context.InitialRequestMessage.RequestUri!.Scheme == "https";
        if (found.Select(a => WebhookAddress.Refusal(a, https, options)).FirstOrDefault(r => r is not null) is { } refusal)
        {
            throw new RefusedAddressException(refusal);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || options.Authorities is null || certificate is not X509Certificate2 leaf)
        {
            return errors == SslPolicyErrors.None;
        }

        // The name fits; the operator's own authorities are asked for the chain.
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(options.Authorities);
        own.ChainPolicy.ExtraStore.AddRange(chain?.ChainElements.Select(e => e.Certificate).ToArray() ?? []);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        return own.Build(leaf);
    }

    /// <summary>An address that we do not connect to; its message says why.</summary>
    private sealed class RefusedAddressException(string message) : IOException(message);
}
