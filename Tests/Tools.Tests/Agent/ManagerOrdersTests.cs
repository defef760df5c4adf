using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>The manager's intervals hold only as long as the owner allows it to want anything, and only until the owner sets others.</summary>
public sealed class ManagerOrdersTests
{
    private static readonly FleetWants s_wants = new() { Number = 3, CounterInterval = TimeSpan.FromHours(2), InventoryInterval = TimeSpan.FromHours(3) };

    [Test]
    public void Intervals_of_the_manager_hold_while_they_are_allowed()
    {
        using var agent = new AgentBench();
        var orders = new ManagerOrders(agent.Folder);
        var (closed, open) = (agent.Settings, agent.Settings with { AllowRequests = true });
        Assert.That(orders.Under(open), Is.EqualTo(new AgentIntervals(300, false, 900, false)));
        Assert.That((orders.Take(s_wants), orders.Take(s_wants), orders.Take(s_wants with { Number = 2 })), Is.EqualTo((true, false, false)));
        foreach (var at in new[] { orders, new ManagerOrders(agent.Folder) })
        {
            Assert.That(at.Under(open), Is.EqualTo(new AgentIntervals(7200, true, 10_800, true)));
            Assert.That(at.Under(closed), Is.EqualTo(new AgentIntervals(300, false, 900, false)), "switched off");
        }

        orders.Take(s_wants with { Number = 4, InventoryInterval = null });
        Assert.That(orders.Under(open), Is.EqualTo(new AgentIntervals(7200, true, 900, false)));
    }

    [Test]
    public void Interval_that_the_owner_sets_later_holds_until_the_managers_next_wish()
    {
        using var agent = new AgentBench(s => s with { AllowRequests = true });
        new ManagerOrders(agent.Folder).Take(s_wants);
        var host = new AgentHost(agent.Settings, agent, TimeProvider.System);
        Assert.That(host.Change(new AgentOverrides(null, null, null, null, true)), Is.Null);
        Assert.That(new ManagerOrders(agent.Folder).Under(host.Settings).CounterByManager, Is.True, "other settings leave them");
        Assert.That(host.Change(new AgentOverrides(null, 60, null, null, true)), Is.Null);
        var orders = new ManagerOrders(agent.Folder);
        Assert.That(orders.Under(host.Settings), Is.EqualTo(new AgentIntervals(60, false, 900, false)));
        Assert.That((orders.Take(s_wants), orders.Take(s_wants with { Number = 4 })), Is.EqualTo((false, true)), "the same wish does not come again");
        Assert.That(orders.Under(host.Settings).CounterSeconds, Is.EqualTo(7200));
    }

    [Test]
    public void Another_enrolment_numbers_its_wishes_anew()
    {
        using var agent = new AgentBench();
        new ManagerOrders(agent.Folder).Take(s_wants);
        ManagerOrders.Forget(agent.Folder);
        Assert.That(new ManagerOrders(agent.Folder).Take(s_wants with { Number = 1 }), Is.True);
    }

    [Test]
    public void Wish_counts_though_the_disk_takes_no_note_of_it()
    {
        using var agent = new AgentBench();
        Directory.CreateDirectory(Path.Combine(agent.Folder.Path, "orders.json.new"));
        var orders = new ManagerOrders(agent.Folder);
        Assert.That((orders.Take(s_wants), orders.Take(s_wants), orders.Fault is not null), Is.EqualTo((true, false, true)));
    }
}
