using System.Collections.Concurrent;
using System.Diagnostics;
using CopyTrack.LoadGenerator.Figures;
using CopyTrack.LoadGenerator.Link;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>
/// Walk-ups by an open schedule: login number i is due at i / rate and goes to terminal i modulo count, whether or not the server has kept up.
/// Latencies count from the writing of the login line, and, so that no wait is left out, also from when the login was due.
/// </summary>
internal static class LoginLoad
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(Options options, CancellationToken cancellationToken)
    {
        await using var fleet = await Fleet.ConnectAsync(options, cancellationToken);
        await WarmAsync(fleet, options, cancellationToken);
        var (reply, unlock, due, logout) = (new Latencies(), new Latencies(), new Latencies(), new Latencies());
        var (refused, missing) = (new ConcurrentDictionary<int, int>(), 0);
        var histogram = await ServerHistogram.ReadAsync(options.Host, options.Https, cancellationToken);
        var server = new ServerProcess(options.ServerPid);
        var total = (int)(options.Rate * options.Seconds);
        var walks = new List<Task>(total);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < total; i++)
        {
            var at = start + (long)(i / options.Rate * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), at);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, cancellationToken);
            }

            walks.Add(WalkAsync(fleet.Terminals[i % fleet.Terminals.Count], i, at));
        }

        var sendSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.WhenAll(walks);
        var after = await ServerHistogram.ReadAsync(options.Host, options.Https, cancellationToken);
        FigureLine.Print(
            "logins",
            [
                ("terminals", options.Count), ("lost", fleet.Lost), ("rate", total / sendSeconds), ("logins", total), ("unlocked", unlock.Count),
                ("refused", refused.Values.Sum()), ("notUnlocked", missing), .. unlock.Figures("unlock"), .. due.Figures("unlockFromDue"), .. reply.Figures("reply"),
                .. logout.Figures("logout"), .. after.Since(histogram), ("serverCores", server.Cores), ("serverRssKiB", server.RssKiB),
            ]);
        foreach (var (code, count) in refused)
        {
            await Console.Error.WriteLineAsync($"refused with {code}: {count}");
        }

        async Task WalkAsync(LoadTerminal terminal, int number, long dueAt)
        {
            var answer = await terminal.AskAsync(new LoginRequest(new Credential.Card(Site.Card(number % options.People)), $"a{start}-{number}"));
            if (answer.Result is not LoginResult session)
            {
                refused.AddOrUpdate(answer.Code, 1, (_, n) => n + 1);
                return;
            }

            reply.Add(answer.SentAt, answer.At);
            if (await UnlockAsync(terminal) is { } unlockedAt)
            {
                unlock.Add(answer.SentAt, unlockedAt);
                due.Add(dueAt, unlockedAt);
            }
            else
            {
                Interlocked.Increment(ref missing);
            }

            await Task.Delay(TimeSpan.FromSeconds(options.Stay), cancellationToken);
            var left = await terminal.AskAsync(new LogoutRequest(session.Session, "user"));
            logout.Add(left.SentAt, left.At);
        }
    }

    /// <summary>Time stamp of the unlock, or null when none came in time.</summary>
    internal static async Task<long?> UnlockAsync(LoadTerminal terminal)
    {
        try
        {
            return await terminal.WhenUnlocked().WaitAsync(Patience) is var at && at >= 0 ? at : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    // Code that runs for the first time is compiled while it runs: refused logins and pings warm the way without a session.
    private static async Task WarmAsync(Fleet fleet, Options options, CancellationToken cancellationToken)
    {
        for (var round = 0; round < 3; round++)
        {
            foreach (var terminal in fleet.Terminals)
            {
                await terminal.AskAsync(new LoginRequest(new Credential.Card(Site.CardWithoutRight(terminal.Number % options.People)), null));
            }
        }

        await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
    }
}
