using System.Collections.Immutable;
using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Verbs;

/// <summary>
/// <c>fleet receive</c>: what a mail server pipes mails into. It hands the signed messages of one mail to the server over HTTPS, so that it may run as the mail server's user, which reads
/// neither database nor secrets. A mail without such a message is told to the server in a word, so that the administrator sees it. Ends with 0 when the mail is done with, taken or not, and 75
/// (EX_TEMPFAIL) when the mail server has to try again.
/// </summary>
internal static class FleetReceiveVerb
{
    private const int TryAgain = 75;

    /// <summary>The command.</summary>
    public static Command Create(Func<Stream> input, TextWriter error)
    {
        var server = new Option<string>("--server") { Description = "Address of the server", DefaultValueFactory = _ => "https://localhost:8443" };
        var ca = new Option<string?>("--ca") { Description = "PEM file of the CA of its certificate; without, those that this machine trusts" };
        var command = new Command("receive", "Reads a mail from standard input and hands its messages of agents to the server") { server, ca };
        command.SetAction(async (parsed, ct) =>
        {
            if (!Uri.TryCreate(parsed.GetValue(server), UriKind.Absolute, out var address) || address.Scheme != "https")
            {
                throw new UsageException("--server: must be an address that begins with https://");
            }

            await using var mail = input();
            return await RunAsync(mail, address, parsed.GetValue(ca), error, ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(Stream input, Uri server, string? caFile, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var (envelopes, fault) = Open(await ReadAsync(input, cancellationToken));
            using var http = Client(server, caFile);
            if (fault is not null)
            {
                // An answer to whoever sent it would only go to strangers; the server writes it down for the administrator, as much as it likes to.
                await error.WriteLineAsync($"{MailFaults.TextOf(fault)}: it is not kept");
                using var told = await PostAsync(http, default, fault, cancellationToken);
                return 0;
            }

            var again = false;
            foreach (var envelope in envelopes)
            {
                using var answer = await PostAsync(http, envelope, "1", cancellationToken);
                if ((int)answer.StatusCode is 429 or >= 500)
                {
                    await error.WriteLineAsync($"the server can't take it now ({(int)answer.StatusCode}): try again");
                    again = true;
                }
                else if (!answer.IsSuccessStatusCode)
                {
                    await error.WriteLineAsync($"the server refused a message ({(int)answer.StatusCode}); its page Fleet tells why");
                }
            }

            return again ? TryAgain : 0;
        }
        catch (HttpRequestException e)
        {
            await error.WriteLineAsync($"--server: {server} is not reached: {e.InnerException?.Message ?? e.Message}: try again");
            return TryAgain;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync($"--server: {server} does not answer: try again");
            return TryAgain;
        }
    }

    private static (ImmutableArray<ReadOnlyMemory<byte>> Envelopes, string? Fault) Open(ReadOnlyMemory<byte>? mail)
    {
        try
        {
            return mail is not { } octets ? ([], MailFaults.Long) : FleetMail.Envelopes(octets) is { IsEmpty: false } envelopes ? (envelopes, null) : ([], MailFaults.None);
        }
        catch (MimeFormatException)
        {
            return ([], MailFaults.Broken);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, ReadOnlyMemory<byte> envelope, string mail, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(envelope);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, "fleet/v1/messages") { Content = content };
        request.Headers.Add(FleetEndpoints.MailHeader, mail);
        return await http.SendAsync(request, cancellationToken);
    }

    private static HttpClient Client(Uri server, string? caFile)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (caFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            policy.CustomTrustStore.ImportFromPemFile(caFile);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = 16 * 1024 };
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        using var mail = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await input.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (mail.Length + read > MimeReader.MostOctets)
            {
                return null;
            }

            mail.Write(chunk, 0, read);
        }

        return mail.ToArray();
    }
}
