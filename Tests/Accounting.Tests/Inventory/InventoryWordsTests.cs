using CopyTrack.Accounting.Inventory;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>Whatever numbers a device sends: the words for them are those that <see cref="InventoryWords"/> lists, for which pages have texts.</summary>
internal sealed class InventoryWordsTests
{
    private static readonly long?[] s_codes = [null, .. Enumerable.Range(-3, 300).Select(n => (long?)n)];

    [Test]
    public void Words_for_codes_are_those_of_the_lists()
    {
        foreach (long? code in s_codes)
        {
            Assert.That(InventoryWords.Supplies, Does.Contain(PrinterCodes.SupplyKind(code, "Waste Toner")), $"supply {code}");
            Assert.That(InventoryWords.Units.Append(null), Does.Contain(PrinterCodes.Unit(code)), $"unit {code}");
            Assert.That(InventoryWords.Parts.Append(null), Does.Contain(PrinterCodes.SubUnitStatus(code)), $"part {code}");
            Assert.That(InventoryWords.Severities, Does.Contain(PrinterCodes.Severity(code)), $"severity {code}");
            Assert.That(InventoryWords.Groups.Contains(PrinterCodes.AlertGroup(code)) || long.TryParse(PrinterCodes.AlertGroup(code), out _), $"group {code}");
            Assert.That(InventoryWords.Levels, Does.Contain(TableRows.Level(code).Kind), $"level {code}");
        }
    }

    [Test]
    public void Words_for_states_are_those_of_the_list()
    {
        foreach (string device in new[] { "running", "warning", "testing", "down", "unknown" })
        {
            foreach (string printer in new[] { "other", "idle", "printing", "warmup", "unknown" })
            {
                Assert.That(InventoryWords.States, Does.Contain(StatusSummary.Of(device, printer, [])));
                Assert.That(InventoryWords.States, Does.Contain(StatusSummary.Of(device, printer, ["offline"])));
                Assert.That(InventoryWords.States, Does.Contain(StatusSummary.Of(device, printer, ["jammed"])));
            }
        }
    }
}
