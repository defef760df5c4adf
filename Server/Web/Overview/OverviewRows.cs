using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Web.Overview;

/// <summary>One site of the map: what stands there and how it is now.</summary>
internal sealed record SiteState
{
    public string Site { get; init; } = "";
    public long Devices { get; init; }
    public long Away { get; init; }

    /// <summary>Devices that answer and stand still: paper jam, open door, no toner.</summary>
    public long InError { get; init; }

    /// <summary>Alerts that go on at its devices.</summary>
    public long Alerts { get; init; }
    public long InUse { get; init; }
    public long Terminals { get; init; }
    public long Connected { get; init; }

    /// <summary>Devices that somebody should go to.</summary>
    public long Troubled => Away + InError;
}

/// <summary>An alarm that was told, of <see cref="OfAll"/> in its time.</summary>
internal sealed record OutboxAlert
{
    public DateTimeOffset At { get; init; }
    public string Payload { get; init; } = "";
    public string? Device { get; init; }
    public long OfAll { get; init; }

    /// <summary>How often it was told, where several stand in one line.</summary>
    public int Times { get; init; } = 1;

    /// <summary>What kind it is; null where it does not say.</summary>
    public string? Kind => StateDocument.ReadData(Payload).GetValueOrDefault("kind");

    /// <summary>Alarms, the newest first, with those of one device and kind in one line that has the time of the newest.</summary>
    public static IEnumerable<OutboxAlert> Grouped(IEnumerable<OutboxAlert> alarms) =>
        alarms.GroupBy(a => (a.Device, a.Kind)).Select(g => g.First() with { Times = g.Count() });
}

/// <summary>A device that stands still.</summary>
internal sealed record ErrorDevice
{
    public string Name { get; init; } = "";
    public string Trouble { get; init; } = "";
    public DateTimeOffset ReadAt { get; init; }
}

/// <summary>A device that does not answer.</summary>
internal sealed record AwayDevice
{
    public string Name { get; init; } = "";
    public string? Site { get; init; }
    public DateTimeOffset Since { get; init; }
}

/// <summary>A terminal that is not connected.</summary>
internal sealed record AwayTerminal
{
    public string Name { get; init; } = "";
    public string Device { get; init; } = "";
    public DateTimeOffset Since { get; init; }
}

/// <summary>A supply or tray that will be used up soon, or is low where nothing tells when.</summary>
internal sealed record SupplyEnd
{
    public string Device { get; init; } = "";
    public string? Site { get; init; }
    public string Kind { get; init; } = "";
    public string Supply { get; init; } = "";
    public int Percent { get; init; }

    /// <summary>Days that it will last by its use since the last refill, 0 for one that is empty; null where that is not known.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>How many such there are in all.</summary>
    public long OfAll { get; init; }

    /// <summary>What the device said last, only where <see cref="Name"/> was not kept yet.</summary>
    public string? Report { get; init; }

    /// <summary>Its name for people, as the device told it last; its index where nobody knows one.</summary>
    public string Name { get => field ?? SupplyNames.Of(ProbeReport.TryParse(Report), Kind, Supply); init; }
}

/// <summary>How far a new site has come.</summary>
internal sealed record FirstSteps
{
    public string? Title { get; init; }
    public bool People { get; init; }
    public bool Devices { get; init; }
    public bool Terminals { get; init; }
    public bool Sessions { get; init; }

    /// <summary>Nothing is left of the guided path: people log in.</summary>
    public bool Done => Sessions;

    /// <summary>Number of the step to do next, from 1 to 5; 6 when all are done.</summary>
    public int Next => Title is null ? 1 : !People ? 2 : !Devices ? 3 : !Terminals ? 4 : !Sessions ? 5 : 6;
}
