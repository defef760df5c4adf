using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Enrolment;

/// <summary>EST (RFC 7030) for terminals: <c>cacerts</c>, <c>simpleenroll</c>, <c>simplereenroll</c> (docs/terminal-protocol.md §1).</summary>
internal sealed class EnrolmentEndpoints(
    EnrolmentRepository repository, TerminalCertificateRepository certificates, ICertificateAuthority authority, FailureThrottle throttle, TimeProvider time,
    ILogger<EnrolmentEndpoints> logger)
{
    /// <summary>Longest body: an RSA request of 8192 bits in base64 has about 4 KiB.</summary>
    private const int MaxBody = 16_384;

    /// <summary><c>GET cacerts</c>: the CA's certificate as certs-only PKCS#7.</summary>
    public Task CaCertificatesAsync(HttpContext context) => WriteAsync(context, authority.Certificate);

    /// <summary><c>POST simpleenroll</c> with Basic: terminal id and one-time code.</summary>
    public async Task EnrollAsync(HttpContext context)
    {
        var address = AddressOf(context);
        if (await IsThrottledAsync(context, address))
        {
            return;
        }
        if (ReadBasic(context.Request) is not var (terminalId, code))
        {
            await ChallengeAsync(context);
            return;
        }
        var now = time.GetUtcNow();
        var hash = EnrolmentCodes.Hash(code);
        if (!await repository.TryAsync(terminalId, hash, now, context.RequestAborted))
        {
            await RefuseAsync(context, address, "wrong, used or expired code");
            return;
        }
        if (await ReadKeyAsync(context) is not { } key)
        {
            return;
        }
        var raw = await repository.RedeemAsync(terminalId, hash!, key.Hash, now, () => Issue(terminalId, key, now), context.RequestAborted);
        if (raw is null)
        {
            await RefuseAsync(context, address, "code used with another key");
            return;
        }
        using var certificate = X509CertificateLoader.LoadCertificate(raw);
        logger.Enrolled(terminalId, address.ToString(), certificate.SerialNumber);
        await WriteAsync(context, certificate);
    }

    /// <summary><c>POST simplereenroll</c> with the current certificate.</summary>
    public async Task ReenrollAsync(HttpContext context)
    {
        var address = AddressOf(context);
        if (await IsThrottledAsync(context, address))
        {
            return;
        }
        if (await context.Connection.GetClientCertificateAsync(context.RequestAborted) is not { } current)
        {
            await ChallengeAsync(context);
            return;
        }
        // The TLS layer lets only our CA's certificates in, in their time; revoked ones are this place's to find.
        var state = await certificates.FindAsync(current.SerialNumber, context.RequestAborted);
        if (state is null or { Revoked: true } or { TerminalRevoked: true } || TerminalNames.Read(current) != state.TerminalId)
        {
            await RefuseAsync(context, address, "revoked or unknown certificate");
            return;
        }
        if (await ReadKeyAsync(context) is not { } key)
        {
            return;
        }
        var issued = Issue(state.TerminalId, key, time.GetUtcNow());
        await repository.RenewAsync(state.TerminalId, issued, context.RequestAborted);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Raw);
        logger.Renewed(state.TerminalId, issued.Serial);
        await WriteAsync(context, certificate);
    }

    private IssuedCertificate Issue(string terminalId, RequestedKey key, DateTimeOffset now)
    {
        using var certificate = authority.Issue(terminalId, key.Key, now);
        return new IssuedCertificate(certificate.SerialNumber, certificate.RawData, key.Hash, now, certificate.NotAfter.ToUniversalTime());
    }

    private async Task<bool> IsThrottledAsync(HttpContext context, IPAddress address)
    {
        if (throttle.Wait(address) is not { } wait)
        {
            return false;
        }
        logger.EnrolmentThrottled(address.ToString());
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await TextAsync(context, StatusCodes.Status429TooManyRequests, "too many failures; try again later");
        return true;
    }

    private async Task RefuseAsync(HttpContext context, IPAddress address, string cause)
    {
        throttle.Count(address);
        logger.EnrolmentRefused(address.ToString(), cause);
        await ChallengeAsync(context);
    }

    // One text for every cause: which part was wrong is nobody's business.
    private static Task ChallengeAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"CopyTrack enrolment\", charset=\"UTF-8\"";
        return TextAsync(context, StatusCodes.Status401Unauthorized, "terminal id and one-time code, or the terminal's current certificate, are needed");
    }

    private static async Task<RequestedKey?> ReadKeyAsync(HttpContext context)
    {
        var body = await ReadBodyAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            await TextAsync(context, StatusCodes.Status413PayloadTooLarge, "the request is too long");
            return null;
        }
        if (CertificateRequestReader.Read(body, out var fault) is { } key)
        {
            return key;
        }
        await TextAsync(context, StatusCodes.Status400BadRequest, fault);
        return null;
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBody)
        {
            return null;
        }
        using var body = new MemoryStream();
        var chunk = new byte[4_096];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (body.Length + read > MaxBody)
            {
                return null;
            }
            body.Write(chunk, 0, read);
        }
        return body.ToArray();
    }

    private static (string TerminalId, string Code)? ReadBasic(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is not { Length: <= 1_024 } parameter)
        {
            return null;
        }
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
        {
            return null;
        }
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 || text.Contains('\0', StringComparison.Ordinal) ? null : (text[..colon], text[(colon + 1)..]);
    }

    private static IPAddress AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static async Task WriteAsync(HttpContext context, X509Certificate2 certificate)
    {
        var pkcs7 = new X509Certificate2Collection(certificate).Export(X509ContentType.Pkcs7)!;
        context.Response.ContentType = "application/pkcs7-mime; smime-type=certs-only";
        context.Response.Headers["Content-Transfer-Encoding"] = "base64";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(Convert.ToBase64String(pkcs7, Base64FormattingOptions.InsertLineBreaks) + "\r\n", context.RequestAborted);
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
