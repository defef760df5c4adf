using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent;

/// <summary>What the manager last wanted, as far as it outlives a restart.</summary>
internal sealed record AgentOrders(long Number, int? CounterSeconds, int? InventorySeconds);

/// <summary>The intervals that hold, and whose word each is.</summary>
public sealed record AgentIntervals(int CounterSeconds, bool CounterByManager, int InventorySeconds, bool InventoryByManager);

/// <summary>
/// What the manager wants of this agent. Its intervals hold only as long as the owner allows it to want anything; an interval that the owner sets later takes their place.
/// </summary>
internal sealed class ManagerOrders
{
    private const string FileName = "orders.json";

    private readonly StateFolder _folder;
    private AgentOrders _orders;

    public ManagerOrders(StateFolder folder)
    {
        _folder = folder;
        _orders = folder.Read(FileName, SettingsJson.Default.AgentOrders) ?? new AgentOrders(0, null, null);
    }

    /// <summary>The number of the last wish that was taken.</summary>
    public long Number => _orders.Number;

    /// <summary>Why the disk took no note of the last wish; null when it did.</summary>
    public string? Fault { get; private set; }

    /// <summary>Takes a wish; false for one that was taken before.</summary>
    public bool Take(FleetWants wants)
    {
        if (wants.Number <= _orders.Number)
        {
            return false;
        }

        _orders = new AgentOrders(wants.Number, (int?)wants.CounterInterval?.TotalSeconds, (int?)wants.InventoryInterval?.TotalSeconds);
        Fault = _folder.TryWrite(FileName, _orders, SettingsJson.Default.AgentOrders);
        return true;
    }

    /// <summary>The intervals that hold under settings.</summary>
    public AgentIntervals Under(AgentSettings settings)
    {
        var (counters, inventory) = settings.AllowRequests ? (_orders.CounterSeconds, _orders.InventorySeconds) : (null, null);
        return new AgentIntervals(counters ?? settings.CounterSeconds, counters is not null, inventory ?? settings.InventorySeconds, inventory is not null);
    }

    /// <summary>The owner has set intervals: those of the manager are over, its next wish may set others. Throws <see cref="IOException"/>.</summary>
    public static void ForgetIntervals(StateFolder folder)
    {
        if (folder.Read(FileName, SettingsJson.Default.AgentOrders) is { } orders)
        {
            folder.Write(FileName, orders with { CounterSeconds = null, InventorySeconds = null }, SettingsJson.Default.AgentOrders);
        }
    }

    /// <summary>Another enrolment numbers its wishes anew.</summary>
    public static void Forget(StateFolder folder) => folder.Delete(FileName);
}
