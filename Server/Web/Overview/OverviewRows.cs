using CopyTrack.Accounting.Inventory;

namespace CopyTrack.Server.Web.Overview;

/// <summary>One site of the map: what stands there and how it is now.</summary>
internal sealed record SiteState
{
    public string Site { get; init; } = "";
    public long Devices { get; init; }
    public long Away { get; init; }
    public long InUse { get; init; }
    public long Terminals { get; init; }
    public long Connected { get; init; }
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

/// <summary>A supply or tray that is low.</summary>
internal sealed record LowSupplyRow
{
    public long DeviceId { get; init; }
    public string Device { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Supply { get; init; } = "";
    public int Percent { get; init; }
    public string? Report { get; init; }

    /// <summary>Its name for people, as the device told it last.</summary>
    public string Name => SupplyNames.Of(ProbeReport.TryParse(Report), Kind, Supply);
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
