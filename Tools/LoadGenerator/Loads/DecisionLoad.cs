using System.Diagnostics;
using CopyTrack.LoadGenerator.Figures;
using CopyTrack.LoadGenerator.Link;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>Decisions at saturation: known cards (or names and right passwords) of people without a right here, so that no session opens. A closed loop: each answer brings the next question.</summary>
internal static class DecisionLoad
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Options options, CancellationToken cancellationToken, bool byPassword = false)
    {
        await using var fleet = await Fleet.ConnectAsync(options, cancellationToken);
        await RunAsync(fleet, options, byPassword, Warm, new Tally(), cancellationToken);
        var (tally, server, watch) = (new Tally(), new ServerProcess(options.ServerPid), Stopwatch.StartNew());
        await RunAsync(fleet, options, byPassword, TimeSpan.FromSeconds(options.Seconds), tally, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        using var self = Process.GetCurrentProcess();
        FigureLine.Print(
            byPassword ? "passwords" : "decisions",
            [
                ("terminals", options.Count), ("lost", fleet.Lost), ("inFlight", options.Count * options.InFlight), ("seconds", seconds), ("decisions", tally.Good),
                ("other", tally.Other), ("perSecond", tally.Good / seconds), .. tally.Times.Figures("answer"),
                ("serverCores", server.Cores), ("serverCpuUsPerDecision", server.CpuSeconds * 1e6 / tally.Good),
            ]);
    }

    private static Task RunAsync(Fleet fleet, Options options, bool byPassword, TimeSpan time, Tally tally, CancellationToken cancellationToken)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var next = 0;
        return Task.WhenAll(fleet.Terminals.SelectMany(t => Enumerable.Range(0, options.InFlight).Select(_ => AskOnAsync(t))));

        async Task AskOnAsync(LoadTerminal terminal)
        {
            await Task.Yield();
            while (Stopwatch.GetTimestamp() < end && !cancellationToken.IsCancellationRequested && !terminal.IsLost)
            {
                // A step that is prime to the number of people visits all of them, never in the order of the table.
                var number = Interlocked.Increment(ref next);
                var person = (int)((uint)number * 7919L % options.People);
                Credential credential = byPassword ? new Credential.Password(Site.KerberosName(person), Site.Password) : new Credential.Card(Site.CardWithoutRight(person));
                var answer = await terminal.AskAsync(new LoginRequest(credential, $"d{end}-{number}"));
                tally.Count(answer);
            }
        }
    }

    private sealed class Tally
    {
        private int good, other;

        public int Good => good;

        public int Other => other;

        public Latencies Times { get; } = new();

        public void Count(Answer answer)
        {
            if (answer.Code != ErrorCodes.NotPermitted)
            {
                Interlocked.Increment(ref other);
                return;
            }

            Interlocked.Increment(ref good);
            Times.Add(answer.SentAt, answer.At);
        }
    }
}
