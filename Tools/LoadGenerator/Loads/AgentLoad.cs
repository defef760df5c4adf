using System.Diagnostics;
using System.Globalization;
using CopyTrack.LoadGenerator.Agents;
using CopyTrack.LoadGenerator.Figures;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>
/// Many agents, each with a key of its own, that tell their devices over HTTPS in turn by an open schedule. Each message comes over a connection of its own with a whole TLS handshake, as after a
/// quarter of an hour's rest. Messages are made and signed before their time.
/// </summary>
internal static class AgentLoad
{
    public static async Task RunAsync(Options options, CancellationToken cancellationToken)
    {
        var https = options.Https ?? throw new FormatException("agents needs --https.");
        var manager = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{options.Host}:{https}/"));
        using var site = new AgentSite(manager, options.Token ?? throw new FormatException("agents needs --token."));
        var watch = Stopwatch.StartNew();
        var agents = await site.EnrolAsync(options.Count, options.Devices, cancellationToken);
        var enrolled = watch.Elapsed.TotalSeconds;

        // Who speaks in the time tells its devices before: the first messages make them and open their ledgers, which happens once.
        var pause = TimeSpan.FromSeconds(options.Devices / options.Rate);
        var messages = (int)Math.Max(1, options.Seconds / pause.TotalSeconds);
        var speaking = agents[..Math.Min(messages, agents.Length)];
        watch.Restart();
        await Parallel.ForEachAsync(speaking, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken }, async (agent, ct) => await SendAsync(manager, agent.Next(DateTimeOffset.UtcNow), ct));
        await site.AppliedAsync(cancellationToken);
        var filled = watch.Elapsed.TotalSeconds;

        // What the manager does with so many devices when nobody sends: rounds of alerts, freshness.
        var idle = new ServerProcess(options.ServerPid);
        await Task.Delay(TimeSpan.FromSeconds(options.Warm), cancellationToken);
        var idleCores = idle.Cores;

        var latencies = new Latencies();
        var made = Enumerable.Range(0, messages).Select(i => speaking[i % speaking.Length].Next(DateTimeOffset.UtcNow)).ToArray();
        var (server, database, bytes) = (new ServerProcess(options.ServerPid), new ProcessTree(options.DatabasePid), made.Sum(m => (long)m.Length));
        watch.Restart();
        var sending = new List<Task>();
        for (var i = 0; i < messages; i++)
        {
            if ((pause * i) - watch.Elapsed is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, cancellationToken);
            }

            sending.Add(SendAsync(manager, made[i], latencies, cancellationToken));
        }

        await Task.WhenAll(sending);
        if ((pause * messages) - watch.Elapsed is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, cancellationToken);
        }

        var (cores, databaseCores, cpu, took) = (server.Cores, database.Cores, server.CpuSeconds, watch.Elapsed.TotalSeconds);
        await site.AppliedAsync(cancellationToken);
        FigureLine.Print(
            "agents",
        [
            ("agents", (double)agents.Length), ("devices", (double)speaking.Length * options.Devices), ("enrolSeconds", enrolled), ("fillSeconds", filled), ("filledPerSecond", speaking.Length * options.Devices / filled),
            ("messages", (double)messages), ("recordsPerSecond", messages * options.Devices / took), ("bytesPerDevice", (double)bytes / messages / options.Devices), .. latencies.Figures("answer"),
            ("idleCores", idleCores), ("serverCores", cores), ("databaseCores", databaseCores), ("serverCpuMsPerMessage", cpu / messages * 1000), ("rssMb", server.RssKiB * 1024 / 1e6),
        ]);
        foreach (var agent in agents)
        {
            agent.Dispose();
        }
    }

    private static async Task SendAsync(Uri manager, byte[] message, Latencies latencies, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var from = Stopwatch.GetTimestamp();
        await SendAsync(manager, message, cancellationToken);
        latencies.Add(from, Stopwatch.GetTimestamp());
    }

    private static async Task SendAsync(Uri manager, byte[] message, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { AllowTlsResume = false, RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = manager };
        using var content = new ByteArrayContent(message);
        using var answer = await client.PostAsync(new Uri("fleet/v1/messages", UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        _ = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
