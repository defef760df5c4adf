using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Fleet;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace CopyTrack.Server.Hosting;

/// <summary>The HTTPS port: web, REST, enrolment. Its certificate is the server's own unless the operator gave another. Beside it the port for agents over HTTP, where one is set.</summary>
internal sealed class HttpsEndpoint(IServiceProvider services, ServerSettings settings) : IConfigureOptions<KestrelServerOptions>
{
    private const long MostBody = 1024 * 1024;
    private ListenOptions? listening, plain;

    /// <summary>The TCP port once the server has started.</summary>
    public int Port => listening?.IPEndPoint?.Port ?? settings.HttpsPort;

    /// <summary>The TCP port for agents over HTTP once the server has started; null without one.</summary>
    public int? FleetHttpPort => plain?.IPEndPoint?.Port ?? settings.Fleet.HttpPort;

    /// <inheritdoc/>
    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = MostBody;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        var given = Given(settings);
        if (settings.LoopbackOnly)
        {
            options.Listen(IPAddress.Loopback, settings.HttpsPort, Listen);
        }
        else
        {
            options.ListenAnyIP(settings.HttpsPort, Listen);
        }

        if (settings.Fleet.HttpPort is { } http)
        {
            if (settings.LoopbackOnly)
            {
                options.Listen(IPAddress.Loopback, http, listen => PlainFleet.Listen(plain = listen));
            }
            else
            {
                options.ListenAnyIP(http, listen => PlainFleet.Listen(plain = listen));
            }
        }

        void Listen(ListenOptions listen)
        {
            listening = listen;
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(EnrolmentTls.ForHttps(services, given));
        }
    }

    private static SslStreamCertificateContext? Given(ServerSettings settings)
    {
        if (settings.CertificateFile is not { } file)
        {
            return null;
        }

        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            var own = X509Certificate2.CreateFromPemFile(file, settings.KeyFile!);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationFault("Https:CertificateFile", $"'{file}' with key '{settings.KeyFile}' can't be used: {e.Message}");
        }
    }
}
