using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CopyTrack.LoadGenerator.Figures;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>Devices that send receipts, one in each message, over kept-alive HTTPS connections: each client sends the next when the last was acknowledged.</summary>
internal static class ReceiptLoad
{
    public static async Task RunAsync(Options options, CancellationToken cancellationToken)
    {
        var https = options.Https ?? throw new FormatException("receipts needs --https.");
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{options.Host}:{https}/"));
        var secrets = await SecretsAsync(address, options, cancellationToken);
        using var client = new HttpClient(Handler(options.Parallel)) { BaseAddress = address };
        var boot = Guid.NewGuid().ToString("N");
        var (latencies, refused, number) = (new Latencies(), 0L, 0L);
        await SendAsync(options.Warm > 0 ? options.Warm : 2, new Latencies());
        var server = new ServerProcess(options.ServerPid);
        var watch = Stopwatch.StartNew();
        await SendAsync(options.Seconds, latencies);
        var seconds = watch.Elapsed.TotalSeconds;
        FigureLine.Print(
            "receipts",
        [
            ("clients", (double)options.Parallel), ("acknowledged", (double)latencies.Count), ("perSecond", latencies.Count / seconds), ("refused", (double)Interlocked.Read(ref refused)),
            .. latencies.Figures("answer"), ("serverCores", server.Cores),
        ]);

        async Task SendAsync(double length, Latencies into)
        {
            var until = Stopwatch.GetTimestamp() + (long)(length * Stopwatch.Frequency);
            await Parallel.ForEachAsync(Enumerable.Range(0, options.Parallel), new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken }, async (_, ct) =>
            {
                while (Stopwatch.GetTimestamp() < until)
                {
                    var job = Interlocked.Increment(ref number);
                    using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/accounting/jobs") { Content = new ByteArrayContent(Body(boot, job)) };
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    request.Headers.Authorization = secrets[(int)(job % secrets.Count)];
                    var from = Stopwatch.GetTimestamp();
                    using var response = await client.SendAsync(request, ct);
                    await response.Content.CopyToAsync(Stream.Null, ct);
                    if (response.IsSuccessStatusCode)
                    {
                        into.Add(from, Stopwatch.GetTimestamp());
                    }
                    else
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            });
        }
    }

    private static byte[] Body(string boot, long job)
    {
        var at = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""
            {"sentAt":"{{{at}}}","receipts":[{"bootId":"{{{boot}}}","jobId":"{{{job}}}","service":"copy","state":"completed","identities":[{"kind":"login","value":"u{{{job % 1000}}}"}],
            "startedAt":"{{{at}}}","endedAt":"{{{at}}}","pages":[{"color":"monochrome","sides":"two-sided","media":"iso_a4_210x297mm","impressions":3,"sheets":2}]}]}
            """));
    }

    /// <summary>Makes a secret for each of the devices through the API.</summary>
    private static async Task<List<AuthenticationHeaderValue>> SecretsAsync(Uri address, Options options, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(Handler(4)) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token ?? throw new FormatException("receipts needs --token."));
        using var list = await client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"api/v1/devices?limit={Math.Min(options.Count, 1000)}"), cancellationToken);
        list.EnsureSuccessStatusCode();
        using var page = JsonDocument.Parse(await list.Content.ReadAsStringAsync(cancellationToken));
        var secrets = new List<AuthenticationHeaderValue>();
        foreach (var name in page.RootElement.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("name").GetString()!))
        {
            using var made = await client.PostAsync($"api/v1/devices/{Uri.EscapeDataString(name)}/credential", null, cancellationToken);
            made.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(await made.Content.ReadAsStringAsync(cancellationToken));
            secrets.Add(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{answer.RootElement.GetProperty("secret").GetString()}"))));
            // The API lets a token make 100 requests a second.
            await Task.Delay(12, cancellationToken);
        }

        return secrets;
    }

    private static SocketsHttpHandler Handler(int connections) => new()
    {
        MaxConnectionsPerServer = connections, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5), SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    };
}
