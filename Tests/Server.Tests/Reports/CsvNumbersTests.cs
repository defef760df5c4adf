using System.Globalization;
using System.Text;
using CopyTrack.Server.Reports;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Cells of a CSV file are written as the formats of the base library write them.</summary>
internal sealed class CsvNumbersTests
{
    [Test]
    public void Money_is_written_as_its_format_says()
    {
        Random random = new(3);
        decimal[] seldom = [0m, 0.1m, 0.01m, 0.001m, 0.0000001m, 1m, 10.50m, 9_000_000_000_000m, 9_000_000_000_001m, -0.5m, -12.345678m, 0.0000005m, 1.2345675m, decimal.MaxValue, decimal.MinValue];
        foreach (decimal money in seldom.Concat(Enumerable.Range(0, 20_000).Select(_ => random.NextInt64(0, 1L << random.Next(1, 62)) / 1_000_000m)))
        {
            byte[] into = new byte[CsvNumbers.Longest];
            int length = CsvNumbers.Money(money, into);
            Assert.That(Encoding.UTF8.GetString(into, 0, length), Is.EqualTo(money.ToString("0.00####", CultureInfo.InvariantCulture)));
        }
    }

    [Test]
    public void Time_is_written_as_its_format_says()
    {
        Random random = new(4);
        long[] seldom = [0, 1, 9, 10, TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond / 2, DateTime.MaxValue.Ticks];
        foreach (long ticks in seldom.Concat(Enumerable.Range(0, 20_000).Select(i => random.NextInt64(0, DateTime.MaxValue.Ticks) / (i % 3 == 0 ? 1 : 1_000_000) * (i % 3 == 0 ? 1 : 1_000_000))))
        {
            DateTime time = new(ticks, DateTimeKind.Utc);
            byte[] into = new byte[CsvNumbers.Longest];
            int length = CsvNumbers.Time(time, into);
            Assert.That(Encoding.UTF8.GetString(into, 0, length), Is.EqualTo(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture)));
        }
    }
}
