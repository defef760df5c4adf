using System.Globalization;
using System.Xml.Linq;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.MfpSimulator.Contract;

/// <summary>
/// The terminal inside a simulated MFP: logs people in at the server, frees the panel when it is told to, and reports every job that the device finished. Receipts
/// wait until the server has acknowledged them; heartbeats go out until it is disposed.
/// </summary>
public sealed class EmbeddedTerminal : IAsyncDisposable
{
    private static readonly XNamespace Ns = AccountingClient.Ns;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly SimulatedMfp device;
    private readonly Simulator simulator;
    private readonly AccountingClient client;
    private readonly TimeSpan heartbeat;
    private readonly SwitchPanel panel = new();
    private readonly Dictionary<string, string?> sessionOf = [];
    private readonly HashSet<string> reported = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim speaking = new(1, 1);
    private readonly List<(string Job, int Impressions, string? Session)> log = [];
    private readonly string boot = Guid.NewGuid().ToString("N");
    private readonly Lock gate = new();
    private string? session;
    private string? unlocked;
    private long sequence;
    private Task loop = Task.CompletedTask;

    /// <summary>Takes the place of the device's panel lock.</summary>
    public EmbeddedTerminal(Simulator simulator, SimulatedMfp device, AccountingClient client, TimeSpan heartbeat)
    {
        (this.simulator, this.device, this.client, this.heartbeat) = (simulator, device, client, heartbeat);
        device.Panel = panel;
    }

    /// <summary>What the terminal knows that it reported: job, impressions and the session it was made in.</summary>
    public IReadOnlyList<(string Job, int Impressions, string? Session)> Log => log;

    /// <summary>The session that the panel is free for; null while locked.</summary>
    public string? Unlocked => Volatile.Read(ref unlocked);

    /// <summary>How many messages got no answer.</summary>
    public int Unanswered { get; private set; }

    /// <summary>True: receipts are kept back, as a device without a network keeps them.</summary>
    public bool HoldReceipts { get; set; }

    /// <summary>Says hello and begins to send heartbeats and receipts.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(
            new XElement(
                Ns + "Hello", new XElement(Ns + "bootId", boot), new XElement(Ns + "sentAt", Now()), new XElement(Ns + "maker", "Simulated"), new XElement(Ns + "model", device.Model.Name),
                new XElement(Ns + "capability", "card"), new XElement(Ns + "capability", "pin")),
            cancellationToken).ConfigureAwait(false);
        Obey(answer);
        loop = RunAsync();
    }

    /// <summary>Shows a card; true when the server opened a session, which the panel is then freed for by a command.</summary>
    public async Task<bool> CardAsync(string card, CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(
            new XElement(Ns + "Authenticate", new XElement(Ns + "attempt", Guid.NewGuid().ToString("N")), new XElement(Ns + "method", "card"), new XElement(Ns + "card", card)), cancellationToken).ConfigureAwait(false);
        var granted = answer.Element(Ns + "granted")?.Value == "true";
        session = granted ? answer.Element(Ns + "session")!.Value : session;
        Obey(answer);
        await BeatAsync(cancellationToken).ConfigureAwait(false);
        return granted;
    }

    /// <summary>Asks whether a copy may be made and how much of it.</summary>
    public async Task<bool> AuthorizeAsync(bool color, int impressions, CancellationToken cancellationToken = default) => (await CallAsync(
        new XElement(
            Ns + "Authorize", session is null ? null : new XElement(Ns + "session", session), new XElement(Ns + "service", "copy"), new XElement(Ns + "color", color ? "full-color" : "monochrome"),
            new XElement(Ns + "impressions", impressions)), cancellationToken).ConfigureAwait(false)).Element(Ns + "allowed")?.Value == "true";

    /// <summary>Makes a job at the panel; false when the device refuses it.</summary>
    public bool Do(JobRequest request)
    {
        lock (gate)
        {
            if (device.Submit(request) is not JobAnswer.Accepted accepted)
            {
                return false;
            }

            sessionOf[accepted.JobId] = unlocked;
            return true;
        }
    }

    /// <summary>The person goes.</summary>
    public async Task LogoutAsync(CancellationToken cancellationToken = default)
    {
        if (session is { } ending)
        {
            session = null;
            Obey(await CallAsync(new XElement(Ns + "EndSession", new XElement(Ns + "session", ending)), cancellationToken).ConfigureAwait(false));
            await BeatAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        client.Dispose();
        stopping.Dispose();
        speaking.Dispose();
    }

    private async Task RunAsync()
    {
        var next = TimeSpan.Zero;
        try
        {
            while (true)
            {
                await Task.Delay(Step, stopping.Token).ConfigureAwait(false);
                next += Step;
                try
                {
                    // A new lock or unlock comes by heartbeats only: one each step while something is expected.
                    if (next >= heartbeat || session != Unlocked)
                    {
                        next = TimeSpan.Zero;
                        await BeatAsync(stopping.Token).ConfigureAwait(false);
                    }

                    await ReportAsync(stopping.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (e is HttpRequestException or ContractFault or TaskCanceledException && !stopping.IsCancellationRequested)
                {
                    // The server is away; what is to be reported stays.
                    Unanswered++;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        for (var commands = 1; commands > 0;)
        {
            var free = Unlocked;
            var answer = await CallAsync(
                new XElement(
                    Ns + "Heartbeat", new XElement(Ns + "sentAt", Now()), new XElement(Ns + "panel", free is null ? "locked" : "unlocked"), free is null ? null : new XElement(Ns + "session", free)),
                cancellationToken).ConfigureAwait(false);
            commands = Obey(answer);
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (HoldReceipts)
        {
            return;
        }

        var ended = simulator.Truth.Jobs.Where(j => j.Device == device.Number && j.End != JobEnd.Open && !reported.Contains(j.Id)).ToList();
        foreach (var job in ended)
        {
            string? made;
            lock (gate)
            {
                made = sessionOf.GetValueOrDefault(job.Id);
            }

            await CallAsync(new XElement(Ns + "SendReceipts", new XElement(Ns + "sentAt", Now()), Receipt(job, made)), cancellationToken).ConfigureAwait(false);
            reported.Add(job.Id);
            sequence++;
            log.Add((job.Id, job.Impressions, made));
        }
    }

    private XElement Receipt(TruthJob job, string? made)
    {
        var isPaper = job.Function is Meters.JobFunction.Copy or Meters.JobFunction.Print or Meters.JobFunction.Fax;
        return new XElement(
            Ns + "receipt", new XElement(Ns + "bootId", boot), new XElement(Ns + "jobId", job.Id), new XElement(Ns + "sequence", sequence + 1),
            new XElement(Ns + "service", job.Function switch { Meters.JobFunction.Copy => "copy", Meters.JobFunction.Print => "print", Meters.JobFunction.Scan => "scan", Meters.JobFunction.Fax => "fax-in", _ => "fax-out" }),
            new XElement(Ns + "state", job.End == JobEnd.Done ? "completed" : job.End == JobEnd.PowerLost ? "aborted" : "canceled"),
            made is null ? null : new XElement(Ns + "session", made),
            new XElement(Ns + "startedAt", Text(job.FirstPageAt ?? job.At)), new XElement(Ns + "endedAt", Text(job.LastPageAt ?? job.At)),
            !isPaper || job.Impressions == 0 ? null : new XElement(
                Ns + "pages", new XElement(Ns + "color", job.Color == Meters.JobColor.Mono ? "monochrome" : "full-color"), new XElement(Ns + "sides", job.Duplex ? "two-sided" : "one-sided"),
                new XElement(Ns + "media", job.Size.Name == "A3" ? "iso_a3_297x420mm" : "iso_a4_210x297mm"), new XElement(Ns + "impressions", job.Impressions), new XElement(Ns + "sheets", job.Sheets)),
            isPaper ? null : new XElement(Ns + (job.Function == Meters.JobFunction.Scan ? "scans" : "faxes"), job.Originals));
    }

    private int Obey(XElement answer)
    {
        var panels = 0;
        foreach (var command in answer.Elements(Ns + "command"))
        {
            switch (command.Element(Ns + "kind")?.Value)
            {
                case "unlock":
                    panel.Unlock(command.Elements(Ns + "function").Aggregate(PanelFunctions.None, (all, f) => all | FunctionOf(f.Value)));
                    Volatile.Write(ref unlocked, command.Element(Ns + "session")?.Value);
                    panels++;
                    break;
                case "lock":
                    panel.Lock();
                    panels += Unlocked is null ? 0 : 1;
                    Volatile.Write(ref unlocked, null);
                    session = null;
                    break;
                default:
                    // Messages have nobody to read them here.
                    break;
            }
        }

        return panels;
    }

    private async Task<XElement> CallAsync(XElement request, CancellationToken cancellationToken)
    {
        await speaking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await client.CallAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            speaking.Release();
        }
    }

    private static PanelFunctions FunctionOf(string name) => name switch
    {
        "copy" => PanelFunctions.Copy,
        "copyColor" => PanelFunctions.CopyColor | PanelFunctions.Copy,
        "scan" => PanelFunctions.Scan,
        "fax" => PanelFunctions.Fax,
        "print" => PanelFunctions.Print,
        _ => PanelFunctions.None,
    };

    private static string Now() => Text(TimeProvider.System.GetUtcNow());

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
