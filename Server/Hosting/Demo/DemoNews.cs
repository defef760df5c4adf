using System.Collections.Concurrent;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>Tells on the console, in plain words, what the server books: one line an event. Names are known once <see cref="Know"/> was called.</summary>
internal sealed class DemoNews(TextWriter output, TimeProvider time)
{
    private readonly ConcurrentDictionary<(long Device, long Person), PageCounts> open = new();
    private readonly Lock gate = new();
    private IReadOnlyDictionary<long, string> devices = new Dictionary<long, string>(), people = new Dictionary<long, string>();
    private bool silent = true;

    /// <summary>From now on events are told, with these names.</summary>
    public void Know(IReadOnlyDictionary<long, string> deviceNames, IReadOnlyDictionary<long, string> personNames) => (devices, people, silent) = (deviceNames, personNames, false);

    /// <summary>Writes a line with the time before it.</summary>
    public void Tell(string text)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss}  {text}");
        lock (gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    /// <summary>Writes lines as they are.</summary>
    public void Say(params string[] lines)
    {
        lock (gate)
        {
            foreach (var line in lines)
            {
                output.WriteLine(line);
            }

            output.Flush();
        }
    }

    /// <summary>Takes a durable change.</summary>
    public void Hear(long deviceId, DeviceChange change)
    {
        if (silent)
        {
            return;
        }

        var device = devices.GetValueOrDefault(deviceId, "a device");
        foreach (var usage in change.Usage.Where(u => u.PersonId is not null))
        {
            open.AddOrUpdate((deviceId, usage.PersonId!.Value), usage.Counts, (_, sum) => sum + usage.Counts);
        }

        foreach (var cause in change.Usage.Where(u => u.PersonId is null).GroupBy(u => u.Cause))
        {
            if (Ownerless(cause.Key, cause.Aggregate(default(PageCounts), (sum, u) => sum + u.Counts)) is { } text)
            {
                Tell($"{device}: {text}");
            }
        }

        foreach (var session in change.Sessions.Where(s => s.State == SessionState.Settled))
        {
            open.TryRemove((deviceId, session.PersonId), out var counts);
            Tell($"{device}: {people.GetValueOrDefault(session.PersonId, "somebody")}'s session is settled: {Words(counts)}{(session.Inferred ? $" (inferred: {session.InferredReason})" : "")}");
        }

        foreach (var alert in change.Events.Where(e => e.Topic == "alert"))
        {
            Tell($"ALERT  {device}: {Alert(alert.Data)}");
        }
    }

    private static string Alert(IReadOnlyDictionary<string, string> data) => data.GetValueOrDefault("kind") switch
    {
        "panelBypass" => $"{data.GetValueOrDefault("impressions")} pages were copied while the panel was locked (panelBypass)",
        var kind => kind ?? "something needs a look",
    };

    private static string? Ownerless(Cause cause, PageCounts counts) => counts.Impressions + counts.Scans + counts.Faxes == 0 ? null : cause switch
    {
        Cause.DirectPrint => $"{Words(counts)} printed from a computer, booked to no one as directPrint",
        Cause.FaxReceived => $"a fax came in, {Words(counts)}, booked to no one as faxReceived",
        Cause.PanelBypass => $"{Words(counts)} copied with nobody logged in, booked to no one as panelBypass",
        _ => $"{Words(counts)} booked to no one as {cause}",
    };

    /// <summary>Counts as a person says them.</summary>
    internal static string Words(PageCounts counts)
    {
        string[] parts =
        [
            .. Part(counts.Mono, "black"), .. Part(counts.Color, "in colour"), .. Part(counts.UnknownColor, "of unknown colour"),
        ];
        string[] more =
        [
            .. counts.Large > 0 ? [N(counts.Large) + " on A3"] : Array.Empty<string>(), .. counts.DuplexSheets > 0 ? [N(counts.DuplexSheets) + (counts.DuplexSheets == 1 ? " sheet two-sided" : " sheets two-sided")] : Array.Empty<string>(),
            .. counts.Scans > 0 ? [N(counts.Scans) + " scanned"] : Array.Empty<string>(), .. counts.Faxes > 0 ? [N(counts.Faxes) + " faxed"] : Array.Empty<string>(),
        ];
        var pages = counts.Impressions == 0 ? "no pages" : $"{N(counts.Impressions)} {(counts.Impressions == 1 ? "page" : "pages")} ({string.Join(", ", parts)})";
        return string.Join(", ", [pages, .. more]);
    }

    private static IEnumerable<string> Part(long count, string what) => count > 0 ? [$"{N(count)} {what}"] : [];

    private static string N(long number) => number.ToString(CultureInfo.InvariantCulture);
}
