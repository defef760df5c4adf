using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

public sealed class InventoryChangesTests
{
    [TestCase(30, 90, true)]
    [TestCase(30, 40, false, Description = "one step of a device that knows tenths")]
    [TestCase(90, 30, false)]
    [TestCase(null, 90, false, Description = "nothing is guessed from what was not told")]
    public void Supply_that_rose_was_replaced(int? before, int? after, bool replaced) =>
        Assert.That(Between(Black(before), Black(after)), Is.EqualTo(replaced ? [new InventoryChange(InventoryChangeKind.Supply, "Black", $"{before} %", $"{after} %")] : Array.Empty<InventoryChange>()));

    [Test]
    public void Other_serial_number_in_a_description_is_another_cartridge_however_full() =>
        Assert.That(
            Between(Black(50) with { Description = "Black Toner, PN 1;SNAAAA1" }, Black(40) with { Description = "Black Toner, PN 1;SNBBBB2" }),
            Is.EqualTo(new[] { new InventoryChange(InventoryChangeKind.Supply, "Black Toner", "AAAA1", "BBBB2") }));

    [Test]
    public void Serial_number_that_is_not_known_is_no_change() =>
        Assert.That(Between(Black(50) with { Description = "Fuser, PN unknown;SNunknown" }, Black(50) with { Description = "Fuser, PN 1;SN12345" }), Is.Empty);

    [Test]
    public void Emptied_waste_is_left_out_since_makers_count_it_either_way() =>
        Assert.That(Between(Black(10) with { Kind = "wasteToner" }, Black(95) with { Kind = "wasteToner" }), Is.Empty);

    [Test]
    public void Other_machine_is_told_and_its_supplies_are_not_compared()
    {
        var before = Report("A", Black(10));
        Assert.That(InventoryChanges.Between(before, Report("B", Black(100))).Select(c => c.Kind), Is.EqualTo(new[] { InventoryChangeKind.Serial }));
        Assert.That(InventoryChanges.Between(before, Report(null, Black(10))), Is.Empty, "it did not say this time");
    }

    [Test]
    public void Report_that_was_kept_is_read_back()
    {
        var report = Report("A", Black(10));
        Assert.That(ProbeReport.TryParse(report.ToJson())!.ToJson(), Is.EqualTo(report.ToJson()));
        Assert.That(ProbeReport.TryParse("{"), Is.Null);
        Assert.That(ProbeReport.TryParse(null), Is.Null);
    }

    private static IEnumerable<InventoryChange> Between(Supply before, Supply after) => InventoryChanges.Between(Report("A", before), Report("A", after));

    private static Supply Black(int? percent) => new("1.1", "Black", "toner", "black", percent, percent is null ? "unknown" : "exact", 100, "percent", percent);

    private static ProbeReport Report(string? serial, Supply supply) => new()
    {
        Identity = new DeviceIdentity("X", "Y", serial, null, null, null, null, null, "1"), Status = new DeviceStatus("running", "idle", [], "ready"), Supplies = [supply],
    };
}
