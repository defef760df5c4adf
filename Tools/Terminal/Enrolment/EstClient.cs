using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CopyTrack.Terminal.Enrolment;

/// <summary>The three EST calls (RFC 7030) that a terminal makes; each on a connection of its own, because each trusts differently.</summary>
internal sealed class EstClient(Uri server)
{
    private const int MaxAnswer = 256 * 1024;
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The CA with this SHA-256 fingerprint out of <c>cacerts</c>. The connection is not trusted (RFC 7030 §4.1.1): the fingerprint alone decides,
    /// and nothing secret is sent. Throws <see cref="EnrolmentException"/>.
    /// </summary>
    internal async Task<X509Certificate2> FetchAuthorityAsync(string fingerprint, CancellationToken cancellationToken)
    {
        using var client = Client(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true });
        var answer = await SendAsync(client, new HttpRequestMessage(HttpMethod.Get, At("cacerts")), cancellationToken);
        return Parse(answer).FirstOrDefault(certificate => CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.RawDataMemory.Span), Convert.FromHexString(fingerprint)))
            ?? throw new EnrolmentException("the server's CA has another fingerprint than the one given: wrong server, or someone in between. The code was not sent");
    }

    /// <summary>First enrolment: the code goes as the password, over a connection whose server is checked.</summary>
    internal Task<X509Certificate2> EnrolAsync(string terminal, string code, ECDsa key, X509Certificate2 authority, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, At("simpleenroll")) { Content = SigningRequest(terminal, key) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{terminal}:{code}")));
        return IssueAsync(request, Trusting(authority), key, authority, cancellationToken);
    }

    /// <summary>Renewal: the present certificate is the credential.</summary>
    internal Task<X509Certificate2> RenewAsync(string terminal, X509Certificate2 present, ECDsa key, X509Certificate2 authority, CancellationToken cancellationToken)
    {
        var options = Trusting(authority);
        options.ClientCertificateContext = SslStreamCertificateContext.Create(present, null, offline: true);
        return IssueAsync(new HttpRequestMessage(HttpMethod.Post, At("simplereenroll")) { Content = SigningRequest(terminal, key) }, options, key, authority, cancellationToken);
    }

    private static async Task<X509Certificate2> IssueAsync(HttpRequestMessage request, SslClientAuthenticationOptions options, ECDsa key, X509Certificate2 authority, CancellationToken cancellationToken)
    {
        using var client = Client(options);
        var answer = await SendAsync(client, request, cancellationToken);
        var mine = key.ExportSubjectPublicKeyInfo();
        var certificate = Parse(answer).FirstOrDefault(issued => issued.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(mine))
            ?? throw new EnrolmentException("the server gave a certificate for another key");
        using var chain = new X509Chain { ChainPolicy = ServerTrust.PolicyFor(authority) };
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate) ? certificate : throw new EnrolmentException("the server gave a certificate that its own CA did not issue");
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2 authority) => new() { RemoteCertificateValidationCallback = ServerTrust.OursOrTheMachines(authority) };

    private static HttpClient Client(SslClientAuthenticationOptions options) =>
        new(new SocketsHttpHandler { SslOptions = options, AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = CallTime, MaxResponseContentBufferSize = MaxAnswer };

    private static async Task<byte[]> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadAsByteArrayAsync(cancellationToken),
                HttpStatusCode.Unauthorized => throw new EnrolmentException("the server refused the code or certificate: wrong, used, expired, or replaced by a newer one"),
                HttpStatusCode.TooManyRequests => throw new EnrolmentException("the server refuses for now: too many failed tries from this address. Wait a minute"),
                var status => throw new EnrolmentException($"the server answered {(int)status}", unreachable: (int)status >= 500),
            };
        }
        catch (HttpRequestException fault)
        {
            throw new EnrolmentException($"the server at {request.RequestUri!.GetLeftPart(UriPartial.Authority)} is not reached or not trusted: {fault.InnerException?.Message ?? fault.Message}", true, fault);
        }
        catch (TaskCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EnrolmentException("the server did not answer in time", true, fault);
        }
    }

    private static ByteArrayContent SigningRequest(string terminal, ECDsa key)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(terminal);
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(Convert.ToBase64String(new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequest())));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pkcs10");
        content.Headers.Add("Content-Transfer-Encoding", "base64");
        return content;
    }

    private static IReadOnlyList<X509Certificate2> Parse(byte[] answer)
    {
        try
        {
            return CertificateBag.Parse(answer);
        }
        catch (CryptographicException fault)
        {
            throw new EnrolmentException(fault.Message, false, fault);
        }
    }

    private Uri At(string operation) => new(server, $"/.well-known/est/{operation}");
}
