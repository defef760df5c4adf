using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Receipts.Wire;

namespace CopyTrack.Integration.FaultLab;

/// <summary>What goes wrong with messages of receipts, as shares of all; and from when to when, counted from the start, the device keeps everything to itself.</summary>
internal sealed record LabDelivery(double Lost, double Doubled, double Replayed, double Altered, TimeSpan From, TimeSpan To);

/// <summary>
/// A device that reports its own jobs: keeps each receipt until the server has acknowledged it, over a network that loses requests and answers, doubles messages and brings old ones again. Its
/// clock is wrong, its sequence numbers begin anew when it is switched on.
/// </summary>
internal sealed class LabReporter(VirtualLoop loop, LabClock clock, DateTimeOffset start, SimulatedMfp device, LabDelivery delivery, Random random, Func<LabNode?> server)
{
    private const int PerMessage = 20;
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(7), s_answer = TimeSpan.FromSeconds(10), s_pause = TimeSpan.FromSeconds(45);

    private readonly List<(string Job, LabVisit? Visit, string? Session)> running = [];
    private readonly List<JobReceipt> unsent = [];
    private readonly List<JobReceipt> sent = [];
    private TaskCompletionSource something = new();
    private int boot = 1;
    private long sequence;

    /// <summary>Keys that the server has acknowledged, and the jobs behind them.</summary>
    public Dictionary<string, string> Acknowledged { get; } = [];

    /// <summary>Jobs outside any session that the device knew of, and when they were acknowledged.</summary>
    public Dictionary<string, DateTimeOffset> Placeless { get; } = [];

    /// <summary>Keys that were sent with other content as well, and acknowledged as a conflict.</summary>
    public HashSet<string> Conflicts { get; } = [];

    /// <summary>Messages that got no answer, or were not heard.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Receipts that were answered as known already.</summary>
    public int Duplicates { get; private set; }

    /// <summary>True when there is nothing to tell.</summary>
    public bool IsSettled => running.Count == 0 && unsent.Count == 0;

    /// <summary>The simulator's truth.</summary>
    public required Truth Jobs { get; init; }

    /// <summary>A job began; <paramref name="visit"/> is whose it is, as far as the device knows.</summary>
    public void Began(string job, LabVisit? visit)
    {
        running.Add((job, visit, visit?.Session));
        something.TrySetResult();
    }

    /// <summary>The device was switched off and on: numbers begin anew.</summary>
    public void Restarted() => (boot, sequence) = (boot + 1, 0);

    /// <summary>Reports for ever.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            if (IsSettled)
            {
                something = new TaskCompletionSource();
                await something.Task;
            }

            await loop.DelayAsync(s_look);
            Collect();
            if (unsent.Count > 0 && !(loop.Now - start > delivery.From && loop.Now - start < delivery.To) && !await SendAsync())
            {
                await loop.DelayAsync(s_pause);
            }
        }
    }

    private void Collect()
    {
        foreach (var one in running.Where(r => Jobs.Job(r.Job)?.End != JobEnd.Open).ToArray())
        {
            running.Remove(one);
            if (Jobs.Job(one.Job) is { } job && (job.Impressions > 0 || job.Originals > 0))
            {
                unsent.Add(Receipt(job, one.Visit, one.Session));
            }
        }
    }

    /// <summary>Sends the oldest; false when no answer was heard.</summary>
    private async Task<bool> SendAsync()
    {
        JobReceipt[] some = [.. unsent.Take(random.Next(1, PerMessage + 1))];
        if (random.Next(4) == 0)
        {
            random.Shuffle(some);
        }

        var luck = random.NextDouble();
        if (luck < delivery.Lost)
        {
            await loop.DelayAsync(s_answer);
            Unanswered++;
            return false;
        }

        if (luck > 1 - delivery.Doubled)
        {
            _ = TakeAsync(some);
        }

        var answer = await TakeAsync(some);
        if (answer is null || random.NextDouble() < delivery.Lost)
        {
            await loop.DelayAsync(s_answer);
            Unanswered++;
            return false;
        }

        Note(some, answer);
        if (sent.Count > 0 && random.NextDouble() < delivery.Replayed)
        {
            Note([], await TakeAsync([sent[random.Next(sent.Count)]]));
        }

        if (random.NextDouble() < delivery.Altered)
        {
            var other = some[0] with { Scans = some[0].Scans + 1000 };
            if (await TakeAsync([other]) is { } told && told.Answers[0].Outcome == IntakeOutcome.Conflict)
            {
                Conflicts.Add(other.Key);
            }
        }

        return true;
    }

    private void Note(JobReceipt[] some, IntakeAnswer? answer)
    {
        Duplicates += answer?.Answers.Count(a => a.Outcome == IntakeOutcome.Duplicate) ?? 0;
        foreach (var one in some)
        {
            unsent.Remove(one);
            sent.Add(one);
            Acknowledged[one.Key] = one.JobId!;
            if (one.Session is null)
            {
                Placeless[one.JobId!] = loop.Now;
            }
        }
    }

    /// <summary>Null when the server was away, died over it, or could not keep it.</summary>
    private async Task<IntakeAnswer?> TakeAsync(JobReceipt[] receipts)
    {
        if (server() is not { Gate.Dead: false } node)
        {
            return null;
        }

        await loop.DelayAsync(TimeSpan.FromMilliseconds(random.Next(2, 40)));
        var message = new ReceiptMessage(clock.GetUtcNow(), [.. receipts]);
        var taking = KeepAsync(node, message);
        await Task.WhenAny(taking, loop.DelayAsync(s_answer));
        return taking.IsCompleted ? await taking : null;
    }

    private async Task<IntakeAnswer?> KeepAsync(LabNode node, ReceiptMessage message)
    {
        try
        {
            return await node.Desk.TakeAsync(new DeviceCaller(device.Number, 1, $"d{device.Number}", null), message, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    private JobReceipt Receipt(TruthJob job, LabVisit? visit, string? session)
    {
        ImmutableArray<CompletedPages> pages = job.Impressions == 0 ? [] :
        [
            new CompletedPages(
                job.Color == JobColor.Mono ? PageColor.Mono : PageColor.Color, job.Duplex ? PageSides.Duplex : PageSides.Simplex, job.Size.Name == "A3" ? "iso_a3_297x420mm" : "iso_a4_210x297mm",
                job.Impressions, job.Sheets),
        ];
        return new JobReceipt
        {
            BootId = string.Create(CultureInfo.InvariantCulture, $"boot{boot}"), JobId = job.Id, Sequence = ++sequence,
            Service = job.Function switch { JobFunction.Copy => JobService.Copy, JobFunction.Print => JobService.Print, JobFunction.Scan => JobService.Scan, _ => JobService.FaxIn },
            State = job.End switch { JobEnd.Done => JobState.Completed, JobEnd.PowerLost => JobState.Aborted, _ => JobState.Canceled },
            Session = session is null ? null : long.Parse(session, CultureInfo.InvariantCulture),
            Identities = visit is null ? [] : [new JobIdentity(IdentityKind.Login, visit.Person)],
            StartedAt = (job.FirstPageAt ?? job.At) + clock.Error, EndedAt = (job.LastPageAt ?? job.At) + clock.Error,
            Pages = pages, Scans = job.Function == JobFunction.Scan ? job.Originals : 0,
        };
    }
}
