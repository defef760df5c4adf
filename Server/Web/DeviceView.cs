using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web;

/// <summary>A device with what lists and the overview tell of it.</summary>
internal sealed record DeviceView
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public string Address { get; init; } = "";
    public string? Location { get; init; }
    public string? Site { get; init; }
    public DateTimeOffset? UnreachableSince { get; private set; }

    /// <summary>Words of what stops it by its last inventory, a blank between; null for nothing.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Alerts that go on.</summary>
    public long Alerts { get; private set; }

    /// <summary>A terminal beside it is not connected.</summary>
    public bool TerminalAway { get; private set; }

    public long? SessionState { get; private set; }
    public string? User { get; private set; }

    /// <summary>Which of <see cref="DeviceStates"/> hold of it, the gravest first; at least one.</summary>
    public IEnumerable<string> States => DeviceStates.Of(this);

    /// <summary>Takes over one thing that holds of it, as the statement <c>Web_DevicesNow</c> says; only before anybody else sees it.</summary>
    internal void Take(int kind, long? figure, string? said)
    {
        switch (kind)
        {
            case 0: UnreachableSince = Instant.FromMicros(figure!.Value); break;
            case 1: Trouble = said; break;
            case 2: Alerts = figure!.Value; break;
            case 3: TerminalAway = true; break;
            default: (SessionState, User) = (figure, said); break;
        }
    }
}

/// <summary>States of devices as people look for them: keys of addresses, of marks on the map, and of words.</summary>
internal static class DeviceStates
{
    public const string Away = "away", Error = "error", Alert = "alert", Terminal = "terminal", Busy = "busy", Free = "free";

    /// <summary>The states that a list can be narrowed to, the gravest first.</summary>
    public static readonly IReadOnlyList<string> All = [Away, Error, Alert, Terminal, Busy, Free];

    /// <summary>The states of a device, the gravest first. What a device that is not reached said before of itself holds no more.</summary>
    public static IEnumerable<string> Of(DeviceView device)
    {
        if (device.UnreachableSince is not null)
        {
            yield return Away;
        }
        else if (device.Trouble is not null)
        {
            yield return Error;
        }

        if (device.Alerts > 0)
        {
            yield return Alert;
        }

        if (device.TerminalAway)
        {
            yield return Terminal;
        }

        if (device.SessionState is not null)
        {
            yield return Busy;
        }
        else if (device.UnreachableSince is null)
        {
            yield return Free;
        }
    }

    /// <summary>Its name in lists and legends, as a key of translation.</summary>
    public static string Label(string state) => state switch
    {
        Away => Words.Key("not reached"),
        Error => Words.Key("stands still"),
        Alert => Words.Key("alert"),
        Terminal => Words.Key("terminal away"),
        Busy => Words.Key("in use"),
        _ => Words.Key("free"),
    };

    /// <summary>What holds of this device in the reader's words: an error by its names, who is there only as "in use".</summary>
    public static string Say(Words words, DeviceView device, string state) => state switch
    {
        Error => Trouble(words, device.Trouble!),
        Alert => words.Count(device.Alerts, "{0} alert", "{0} alerts"),
        Busy when device.SessionState == 3 => words["settling"],
        _ => words[Label(state)],
    };

    /// <summary>What stops a device, as it is kept, in the reader's words: "paper jam, a door is open".</summary>
    public static string Trouble(Words words, string trouble) =>
        string.Join(", ", trouble.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => words[e == "stopped" ? DeviceWords.State(e) : DeviceWords.Error(e)]));

    /// <summary>All that holds of this device, the gravest first.</summary>
    public static string SayAll(Words words, DeviceView device) => string.Join(", ", Of(device).Select(s => Say(words, device, s)));

    /// <summary>Order of devices by their gravest state: the gravest is the least.</summary>
    public static int Rank(DeviceView device) => All.Index().First(s => s.Item == Of(device).First()).Index;

    /// <summary>Class of its badge.</summary>
    public static string? Badge(string state) => state switch { Away or Error => "bad", Alert or Terminal => "warn", Free => "good", _ => null };
}
