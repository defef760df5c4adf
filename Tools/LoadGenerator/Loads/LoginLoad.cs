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
        var warm = new Tally();
        var walks = await SendAsync(fleet, options, 0, (int)(options.Rate * options.Warm), warm, cancellationToken);
        var histogram = await ServerHistogram.ReadAsync(options.Host, options.Https, cancellationToken);
        var (server, tally, start, total) = (new ServerProcess(options.ServerPid), new Tally(), Stopwatch.GetTimestamp(), (int)(options.Rate * options.Seconds));
        walks = [.. walks, .. await SendAsync(fleet, options, walks.Count, total, tally, cancellationToken)];
        var (rate, cores) = (total / Stopwatch.GetElapsedTime(start).TotalSeconds, server.Cores);
        await Task.WhenAll(walks);
        var after = await ServerHistogram.ReadAsync(options.Host, options.Https, cancellationToken);
        FigureLine.Print(
            "logins",
            [
                ("terminals", options.Count), ("lost", fleet.Lost), ("rate", rate), ("logins", total), ("unlocked", tally.Unlock.Count),
                ("refused", tally.Refused.Values.Sum()), ("notUnlocked", tally.Missing), .. tally.Unlock.Figures("unlock"), .. tally.Due.Figures("unlockFromDue"),
                .. tally.Reply.Figures("reply"), .. tally.Logout.Figures("logout"), .. after.Since(histogram), ("serverCores", cores), ("serverRssKiB", server.RssKiB),
            ]);
        foreach (var (code, count) in tally.Refused)
        {
            await Console.Error.WriteLineAsync($"refused with {code}: {count}");
        }
    }

    /// <summary>Sends that many logins by the schedule; the walk-ups that they began may still go on.</summary>
    private static async Task<IReadOnlyList<Task>> SendAsync(Fleet fleet, Options options, int first, int count, Tally tally, CancellationToken cancellationToken)
    {
        var walks = new List<Task>(count);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var due = start + (long)(i / options.Rate * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, cancellationToken);
            }

            var number = first + i;
            walks.Add(WalkAsync(fleet.Terminals[number % fleet.Terminals.Count], options, $"a{start}-{number}", number % options.People, due, tally, cancellationToken));
        }

        return walks;
    }

    private static async Task WalkAsync(LoadTerminal terminal, Options options, string attempt, int person, long dueAt, Tally tally, CancellationToken cancellationToken)
    {
        var answer = await terminal.AskAsync(new LoginRequest(new Credential.Card(Site.Card(person)), attempt));
        if (answer.Result is not LoginResult session)
        {
            tally.Refused.AddOrUpdate(answer.Code, 1, (_, n) => n + 1);
            return;
        }

        tally.Reply.Add(answer.SentAt, answer.At);
        if (await UnlockAsync(terminal) is { } unlockedAt)
        {
            tally.Unlock.Add(answer.SentAt, unlockedAt);
            tally.Due.Add(dueAt, unlockedAt);
        }
        else
        {
            tally.CountMissing();
        }

        await Task.Delay(TimeSpan.FromSeconds(options.Stay), cancellationToken);
        var left = await terminal.AskAsync(new LogoutRequest(session.Session, "user"));
        tally.Logout.Add(left.SentAt, left.At);
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

    private sealed class Tally
    {
        private int missing;

        public Latencies Reply { get; } = new();

        public Latencies Unlock { get; } = new();

        public Latencies Due { get; } = new();

        public Latencies Logout { get; } = new();

        public ConcurrentDictionary<int, int> Refused { get; } = new();

        public int Missing => missing;

        public void CountMissing() => Interlocked.Increment(ref missing);
    }
}
