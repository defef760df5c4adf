using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.MfpSimulator.Truths;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

internal sealed class EngineTests
{
    [Test]
    public void Copies_come_at_the_engines_speed_and_counters_follow_late()
    {
        using var bench = new Bench(lag: new CounterLag { Min = TimeSpan.FromSeconds(2), Max = TimeSpan.FromSeconds(2) });
        bench.Accept(Bench.Copy(40));
        bench.Time.Advance(6 + 1.5);
        Assert.That(bench.Simulator.Truth.Sum(new TruthFilter()).Impressions, Is.EqualTo(1), "first page after 6 s and 1.5 s for a sheet at 40 a minute");
        Assert.That(bench.Gained(Bench.KyoceraTotal), Is.Zero);
        bench.Time.Advance(2);
        Assert.That(bench.Gained(Bench.KyoceraTotal), Is.EqualTo(1));
        bench.Time.Advance(56.5);
        Assert.That(bench.Simulator.Truth.Sum(new TruthFilter()).Impressions, Is.EqualTo(40));
        Assert.That(bench.Device.State, Is.EqualTo(MfpState.Ready));
        Assert.That(bench.Device.IsQuiet, Is.False, "a counter is still to rise");
        bench.Time.Advance(2);
        Assert.That(bench.Gained(Bench.KyoceraCopies), Is.EqualTo(40));
        Assert.That(bench.Device.IsQuiet);
    }

    [Test]
    public void Total_and_parts_differ_within_one_read_when_lag_is_as_it_comes()
    {
        using var bench = new Bench();
        bench.Accept(Bench.Copy(60));
        var differed = 0;
        for (var step = 0; step < 1000; step++)
        {
            bench.Time.Advance(0.1);
            if (bench.Gained(Bench.KyoceraTotal) != bench.Gained(Bench.KyoceraCopies)) differed++;
        }

        Assert.That(differed, Is.GreaterThan(50));
        Assert.That(bench.Gained(Bench.KyoceraTotal), Is.EqualTo(60).And.EqualTo(bench.Gained(Bench.KyoceraCopies)));
    }

    [Test]
    public void Counters_stay_until_the_job_ends_when_the_device_is_of_that_kind()
    {
        using var bench = new Bench(lag: new CounterLag { AtJobEnd = true });
        bench.Accept(Bench.Copy(20));
        bench.Time.Advance(35);
        Assert.That(bench.Gained(Bench.KyoceraTotal), Is.Zero);
        bench.Settle();
        Assert.That(bench.Gained(Bench.KyoceraTotal), Is.EqualTo(20));
    }

    [Test]
    public void Large_duplex_sheets_count_as_the_maker_counts_them()
    {
        using var bench = new Bench();
        bench.Accept(new JobRequest { Function = JobFunction.Copy, Pages = 5, Copies = 2, Duplex = true, Size = PaperSize.A3, Color = JobColor.FullColor });
        bench.Settle();
        const string kyocera = "1.3.6.1.4.1.1347.";
        Assert.Multiple(() =>
        {
            Assert.That(bench.Gained(Bench.KyoceraTotal), Is.EqualTo(20), "A3 twice");
            Assert.That(bench.Gained(kyocera + "42.3.1.2.1.1.2.3"), Is.EqualTo(20), "copy, full colour");
            Assert.That(bench.Gained(kyocera + "42.3.1.6.1.3.2.1"), Is.EqualTo(20), "full colour, copy, A3");
            Assert.That(bench.Gained(kyocera + "42.3.1.6.1.2.2.1"), Is.Zero, "mono, copy, A3");
            Assert.That(bench.Gained(kyocera + "42.3.1.7.1.1.2.1"), Is.EqualTo(6), "sheets");
            Assert.That(bench.Gained(kyocera + "42.2.5.1.1.1.1"), Is.EqualTo(4), "one-sided: the odd last page of each set");
            Assert.That(bench.Gained(kyocera + "42.2.5.1.1.2.1"), Is.EqualTo(16), "two-sided");
            Assert.That(bench.Gained(kyocera + "42.2.9.1.1.2.1.1"), Is.EqualTo(4), "two-sided sheets of A3");
            Assert.That(bench.Gained(kyocera + "42.3.1.3.1.1.2"), Is.EqualTo(5), "originals");
            Assert.That(bench.Gained(Bench.LifeCount), Is.EqualTo(10), "sides");
        });
    }

    [Test]
    public void Copies_need_an_unlocked_panel_and_colour_its_own_right()
    {
        var panel = new SwitchPanel();
        using var bench = new Bench(with: s => s with { Panel = panel });
        var color = Bench.Copy(1) with { Color = JobColor.FullColor };
        Assert.That(bench.Device.Submit(Bench.Copy(1)), Is.EqualTo(new JobAnswer.Refused(Refusal.PanelLocked)));
        panel.Unlock(PanelFunctions.Copy);
        Assert.That(bench.Device.Submit(color), Is.EqualTo(new JobAnswer.Refused(Refusal.ColorNotAllowed)));
        Assert.That(bench.Device.Submit(new JobRequest { Function = JobFunction.Scan }), Is.EqualTo(new JobAnswer.Refused(Refusal.PanelLocked)));
        panel.Unlock(PanelFunctions.CopyColor);
        bench.Accept(color);
        panel.Lock();
        bench.Accept(Bench.Copy(2) with { Bypass = true });
        bench.Accept(new JobRequest { Function = JobFunction.Print, Pages = 3 });
        bench.Settle();
        Assert.That(bench.Simulator.Truth.Sum(new TruthFilter { Bypass = true }).Impressions, Is.EqualTo(2));
        Assert.That(bench.Gained(Bench.KyoceraCopies), Is.EqualTo(3));
    }

    [Test]
    public void A_copy_stops_after_the_sheet_in_the_engine_when_the_panel_is_locked()
    {
        var panel = new SwitchPanel();
        using var bench = new Bench(with: s => s with { Panel = panel });
        panel.Unlock(PanelFunctions.All);
        var job = bench.Accept(Bench.Copy(100));
        bench.Time.Advance(6 + (1.5 * 3) + 0.1);
        panel.Lock();
        bench.Settle();
        Assert.That(bench.Simulator.Truth.Job(job), Has.Property("Impressions").EqualTo(4).And.Property("End").EqualTo(JobEnd.Locked));
        Assert.That(bench.Gained(Bench.KyoceraCopies), Is.EqualTo(4));
    }

    [Test]
    public void A_jam_stops_the_engine_until_it_is_cleared_and_loses_no_page()
    {
        using var bench = new Bench("hp");
        bench.Accept(Bench.Copy(10));
        bench.Time.Advance(10);
        bench.Device.Jam();
        var printed = bench.Simulator.Truth.Sum(new TruthFilter()).Impressions;
        bench.Time.Advance(600);
        Assert.That(bench.Device.State, Is.EqualTo(MfpState.Jammed));
        Assert.That(bench.Simulator.Truth.Sum(new TruthFilter()).Impressions, Is.EqualTo(printed));
        Assert.That((bench.Device.Read(Bench.DeviceStatus), bench.Device.Read(Bench.PrinterStatus)), Is.EqualTo((5L, 1L)));
        bench.Device.Clear();
        bench.Settle();
        Assert.That(bench.Gained(Bench.LifeCount), Is.EqualTo(10));
        Assert.That(bench.Gained("1.3.6.1.4.1.11.2.3.9.4.2.1.4.1.2.34.0"), Is.EqualTo(1), "jams");
    }

    [Test]
    public void Trays_run_out_and_the_job_goes_on_when_they_are_filled()
    {
        using var bench = new Bench("plain", with: s => s with { AutoRefill = false });
        bench.Accept(Bench.Copy(300));
        bench.Time.Advance(3600);
        Assert.That(bench.Device.State, Is.EqualTo(MfpState.PaperOut));
        Assert.That(bench.Simulator.Truth.Sum(new TruthFilter()).Sheets, Is.EqualTo(210));
        bench.Device.LoadPaper();
        bench.Settle();
        Assert.That(bench.Gained(Bench.LifeCount), Is.EqualTo(300));
    }

    [Test]
    public void Toner_sinks_with_pages_and_is_changed_when_empty()
    {
        using var bench = new Bench("plain");
        const string level = "1.3.6.1.2.1.43.11.1.1.9.1.1";
        Assert.That(bench.Device.Read(level), Is.EqualTo(64));
        bench.Accept(new JobRequest { Function = JobFunction.Print, Pages = 1000 });
        bench.Settle();
        Assert.That(bench.Device.Read(level), Is.EqualTo(54));
        bench.Accept(new JobRequest { Function = JobFunction.Print, Pages = 5500 });
        bench.Settle();
        Assert.That(bench.Device.Read(level), Is.EqualTo(99).Within(1));
    }

    [Test]
    public void Status_follows_the_engine_through_warm_up_work_and_sleep()
    {
        using var bench = new Bench();
        long?[] Status() => [bench.Device.Read(Bench.DeviceStatus), bench.Device.Read(Bench.PrinterStatus)];
        Assert.That(Status(), Is.EqualTo(new long?[] { 2, 3 }));
        bench.Time.Advance(1000);
        Assert.That(bench.Device.State, Is.EqualTo(MfpState.Asleep));
        Assert.That(Status(), Is.EqualTo(new long?[] { 2, 1 }));
        bench.Accept(Bench.Copy(1));
        Assert.That(Status(), Is.EqualTo(new long?[] { 2, 5 }));
        bench.Time.Advance(18);
        Assert.That(Status(), Is.EqualTo(new long?[] { 2, 4 }));
        bench.Settle();
        Assert.That(bench.Gained(Bench.KyoceraCopies), Is.EqualTo(1));
    }

    [Test]
    public void A_power_cycle_restarts_the_clock_and_the_power_on_count_and_keeps_what_was_counted()
    {
        using var bench = new Bench();
        var job = bench.Accept(Bench.Copy(50));
        bench.Time.Advance(20);
        bench.Device.PowerCycle(TimeSpan.FromSeconds(30));
        var printed = bench.Simulator.Truth.Job(job)!;
        Assert.That(printed.End, Is.EqualTo(JobEnd.PowerLost));
        Assert.That(bench.Device.Submit(Bench.Copy(1)), Is.EqualTo(new JobAnswer.Refused(Refusal.Off)));
        bench.Time.Advance(31);
        Assert.That(bench.Device.State, Is.EqualTo(MfpState.WarmingUp));
        bench.Settle();
        Assert.Multiple(() =>
        {
            Assert.That(bench.Device.Read(Bench.UpTime), Is.LessThan(100 * 120));
            Assert.That(bench.Device.Read(Bench.PowerOnCount), Is.Zero);
            Assert.That(printed.Impressions, Is.GreaterThan(0).And.LessThan(50));
            Assert.That(bench.Gained(Bench.KyoceraCopies), Is.EqualTo(printed.Impressions));
        });
    }

    [Test]
    public void A_new_board_starts_where_it_is_told_under_a_new_serial_number()
    {
        using var bench = new Bench();
        bench.Device.SwapBoard(12, "NEW1", TimeSpan.FromSeconds(5));
        bench.Settle();
        bench.Time.Advance(60);
        bench.Accept(Bench.Copy(3));
        bench.Settle();
        Assert.That(bench.Device.Serial, Is.EqualTo("NEW1"));
        Assert.That(bench.Device.Read(Bench.KyoceraTotal), Is.EqualTo(15));
    }

    [TestCase("kyocera", Bench.KyoceraTotal, 1L << 31)]
    [TestCase("kyocera", Bench.LifeCount, 1L << 32)]
    public void Counters_wrap_where_their_type_ends(string model, string oid, long modulus)
    {
        using var bench = new Bench(model);
        bench.Device.PutNearWrap(4);
        Assert.That(bench.Device.Read(oid), Is.EqualTo(modulus - 4));
        bench.Accept(Bench.Copy(10));
        bench.Settle();
        Assert.That(bench.Device.Read(oid), Is.EqualTo(6));
    }

    [Test]
    public void A_printer_refuses_what_it_has_no_scanner_for()
    {
        using var bench = new Bench("plain-printer");
        Assert.That(bench.Device.Submit(Bench.Copy(1)), Is.EqualTo(new JobAnswer.Refused(Refusal.NoScanner)));
        bench.Accept(new JobRequest { Function = JobFunction.Print, Color = JobColor.FullColor });
        bench.Settle();
        Assert.That(bench.Simulator.Truth.Sum(new TruthFilter { Color = JobColor.Mono }).Impressions, Is.EqualTo(1));
    }

    [Test]
    public void Scans_run_beside_copies_and_a_waiting_job_can_be_cancelled()
    {
        using var bench = new Bench();
        bench.Accept(Bench.Copy(100));
        var waiting = bench.Accept(new JobRequest { Function = JobFunction.Print, Pages = 5 });
        var scan = bench.Accept(new JobRequest { Function = JobFunction.Scan, Pages = 8 });
        bench.Time.Advance(6.1);
        Assert.That(bench.Simulator.Truth.Job(scan)!.End, Is.EqualTo(JobEnd.Done));
        Assert.That(bench.Device.Cancel(waiting));
        bench.Settle();
        Assert.That(bench.Simulator.Truth.Sum(new TruthFilter { Function = JobFunction.Print }), Is.Default);
        Assert.That(bench.Gained("1.3.6.1.4.1.1347.42.3.1.4.1.1.1"), Is.EqualTo(8));
    }
}
