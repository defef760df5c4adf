using System.Diagnostics;
using CopyTrack.LoadGenerator.Figures;
using CopyTrack.LoadGenerator.Link;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>Everyone arrives at once: a full login, with its session committed, once at every device.</summary>
internal static class OpenLoad
{
    public static async Task RunAsync(Options options, CancellationToken cancellationToken)
    {
        await using var fleet = await Fleet.ConnectAsync(options with { Count = options.Count + options.Spare }, cancellationToken);
        // The way is warm as in a server that has run for a while: refusals everywhere, and whole logins at terminals that do not count.
        await EachAsync(options, 0, options.Count, number => fleet.Terminals[number].AskAsync(new LoginRequest(new Credential.Card(Site.CardWithoutRight(number % options.People)), null)));
        await OpenAsync(fleet, options, options.Count, options.Spare, new Latencies(), new Latencies());
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);

        var (unlock, reply, server, start) = (new Latencies(), new Latencies(), new ServerProcess(options.ServerPid), Stopwatch.GetTimestamp());
        var sessions = await OpenAsync(fleet, options, 0, options.Count, reply, unlock);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var (cores, cpu) = (server.Cores, server.CpuSeconds);
        var ends = Stopwatch.GetTimestamp();
        await EachAsync(options, 0, options.Count, async number =>
        {
            if (sessions[number] is { } session)
            {
                await fleet.Terminals[number].AskAsync(new LogoutRequest(session, "user"));
            }
        });
        FigureLine.Print(
            "opens",
            [
                ("terminals", options.Count), ("lost", fleet.Lost), ("inFlight", options.InFlight), ("opened", reply.Count), ("unlocked", unlock.Count), ("seconds", seconds),
                ("perSecond", unlock.Count / seconds), .. unlock.Figures("unlock"), .. reply.Figures("reply"), ("serverCores", cores), ("serverCpuUsPerLogin", cpu * 1e6 / options.Count),
                ("logoutsPerSecond", options.Count / Stopwatch.GetElapsedTime(ends).TotalSeconds),
            ]);
    }

    /// <summary>One login at each; the sessions, null where there was none.</summary>
    private static async Task<string?[]> OpenAsync(Fleet fleet, Options options, int first, int count, Latencies reply, Latencies unlock)
    {
        var sessions = new string?[count];
        var stamp = Stopwatch.GetTimestamp();
        await EachAsync(options, first, count, async number =>
        {
            var terminal = fleet.Terminals[number];
            var answer = await terminal.AskAsync(new LoginRequest(new Credential.Card(Site.Card(number % options.People)), $"o{stamp}-{number}"));
            if (answer.Result is LoginResult session)
            {
                reply.Add(answer.SentAt, answer.At);
                sessions[number - first] = session.Session;
                if (await LoginLoad.UnlockAsync(terminal) is { } at)
                {
                    unlock.Add(answer.SentAt, at);
                }
            }
        });
        return sessions;
    }

    private static Task EachAsync(Options options, int first, int count, Func<int, Task> work) => System.Threading.Tasks.Parallel.ForEachAsync(
        Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = options.InFlight }, async (number, _) => await work(number));
}
