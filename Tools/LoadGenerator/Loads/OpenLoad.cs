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
        await using var fleet = await Fleet.ConnectAsync(options, cancellationToken);
        await WarmAsync(fleet, options);
        var (unlock, reply, server) = (new Latencies(), new Latencies(), new ServerProcess(options.ServerPid));
        var sessions = new string?[options.Count];
        var stamp = Stopwatch.GetTimestamp();
        await EachAsync(options, async number =>
        {
            var terminal = fleet.Terminals[number];
            var answer = await terminal.AskAsync(new LoginRequest(new Credential.Card(Site.Card(number % options.People)), $"o{stamp}-{number}"));
            if (answer.Result is LoginResult session)
            {
                reply.Add(answer.SentAt, answer.At);
                sessions[number] = session.Session;
                if (await LoginLoad.UnlockAsync(terminal) is { } at)
                {
                    unlock.Add(answer.SentAt, at);
                }
            }
        });
        var seconds = Stopwatch.GetElapsedTime(stamp).TotalSeconds;
        var (cores, cpu) = (server.Cores, server.CpuSeconds);
        var ends = Stopwatch.GetTimestamp();
        await EachAsync(options, async number =>
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

    private static Task EachAsync(Options options, Func<int, Task> work) => System.Threading.Tasks.Parallel.ForEachAsync(
        Enumerable.Range(0, options.Count), new ParallelOptions { MaxDegreeOfParallelism = options.InFlight }, async (number, _) => await work(number));

    // The way to the decision is warm, as in a server that has run for a while; no session opens here.
    private static Task WarmAsync(Fleet fleet, Options options) => EachAsync(
        options, number => fleet.Terminals[number].AskAsync(new LoginRequest(new Credential.Card(Site.CardWithoutRight(number % options.People)), null)));
}
