using System.Globalization;
using System.Net;
using CopyTrack.Integration.Kerberos;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.TestKit;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Stories;

/// <summary>
/// What people do with the product, as they do it: in Chromium, at a copier, at the reference terminal, in their mail. Each story tells what somebody sees, and what storage, ledger and the
/// copier's own truth say to it. One town serves all of them; each may run alone.
/// </summary>
[Parallelizable] // It has a server, a mail server, a realm and a browser of its own, and waits most of the time.
internal sealed partial class TownStories
{
    private Town town = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => town = await Town.StartAsync();

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        if (town is not null)
        {
            await town.DisposeAsync();
        }
    }

    [Test]
    public async Task Copier_is_looked_at_and_added_by_its_address_without_script()
    {
        await town.WithCopierAsync();
        Assert.That(town.Looked, Does.Contain(town.Copier.Serial!).And.Contain("Kyocera").IgnoreCase.And.Contain("copies").IgnoreCase, "what it is and what it can count is shown before it is added");
        Assert.That(await town.Site.ScalarAsync($"select count(*) from device where name = 'hall' and address = '127.0.0.1' and port = {town.Copier.EndPoint!.Port} and deleted_at is null"), Is.EqualTo(1));
        Assert.That(await town.Site.ScalarAsync("select count(*) from audit_log where action = 'device.add' and actor like 'account:%'"), Is.Positive, "who added it is known");

        Assert.That(await town.Ada.GoAsync("/Devices/hall"), Does.Contain("Every page on the meters is explained."));
        var total = town.Copier.ReadCounters().Values.Max().ToString("N0", CultureInfo.InvariantCulture);
        Assert.That((await town.Ada.TableAsync("Meters")).Select(r => r[2]), Has.Member(total), "the largest that the copier counts, all its pages, stands there");
    }

    [Test]
    public async Task Copiers_of_an_address_range_are_found_and_those_that_are_chosen_added()
    {
        IPAddress[] addresses = [.. Enumerable.Range(1, 3).Select(i => IPAddress.Parse($"127.91.7.{i}"))];
        var port = FreePort.Take();
        string[] models = ["ricoh", "konica", "sharp"];
        var found = addresses.Zip(models, (a, m) => town.Site.Simulator.Add(new MfpSetup { Model = MfpModel.BuiltIn(m), Address = a, Port = port, Serial = "RANGE" + a.ToString()[^1] })).ToArray();

        var plain = await town.Browser.OpenAsync("ada in a range", script: false, like: town.Ada);
        await plain.GoAsync("/Devices");
        await plain.FollowAsync("Look for devices");
        await plain.FillAsync("Address ranges", "127.91.7.1-6");
        await plain.FillAsync("Port", port.ToString(CultureInfo.InvariantCulture));
        await plain.PressAsync("Look");
        await plain.SeesAsync("Done: 6 of 6 addresses asked, 3 answered.");
        var rows = await plain.TableAsync();
        Assert.That(rows.Skip(1).Select(r => (r[1], r[3])), Is.EquivalentTo(found.Select(f => (f.EndPoint!.Address.ToString(), f.Serial!))), "each with its serial number");
        await plain.TickAsync("Add 127.91.7.2", false);
        await plain.FillAsync("Name of 127.91.7.1", "annex one");
        await plain.FillAsync("Name of 127.91.7.3", "annex three");
        await plain.FillAsync("Site of all of them", "Annex");
        await plain.PressAsync("Add what is chosen");
        Assert.That(await plain.TextAsync(), Does.Contain("2 devices are added").And.Contain("is added already"));
        await plain.CloseAsync();

        Assert.That(await town.Site.ScalarAsync($"select count(*) from device d where d.site = 'Annex' and d.port = {port} and d.name in ('annex one', 'annex three')"), Is.EqualTo(2));
        Assert.That(await town.Site.ScalarAsync("select count(*) from device where address = '127.91.7.2'"), Is.Zero, "nobody chose it");
        await town.Site.UntilAsync("select count(distinct r.device_id) from reading r join device d on d.id = r.device_id where d.name like 'annex %' and r.status = 0", 2);
    }

    [Test]
    public async Task Terminal_enrols_by_the_code_and_the_file_of_the_page()
    {
        await town.WithTerminalAsync();
        await town.Ada.GoAsync("/Terminals");
        Assert.That(await town.Ada.TextAsync(row: "hall box"), Does.Contain("connected").And.Contain("hall").And.Contain("reference"));
        Assert.That(await town.Site.ScalarAsync("select count(*) from terminal_certificate c join terminal t on t.id = c.terminal_id where t.name = 'hall box' and c.revoked_at is null"), Is.EqualTo(1));
        await town.Ada.FollowAsync("hall box");
        Assert.That((await town.Ada.TableAsync("Certificates")).Length, Is.EqualTo(2), "one certificate, and the page shows it");

        var again = town.Site.Write("thief.json", ReferenceTerminal.Simulated(town.Enrolment.Configuration).Replace("hall-box-keys", "thief-keys", StringComparison.Ordinal));
        var (status, told) = await TerminalProgram.EnrolAsync(again, town.Enrolment.Code, []);
        Assert.That((status, told), Is.Not.EqualTo((0, "")).And.Matches<(int Status, string)>(t => t.Status != 0), "the code is good once");
    }

    [Test]
    public async Task Swipe_is_seen_live_and_its_pages_stand_where_people_look_for_them()
    {
        await town.WithTerminalAsync();
        var desk = await town.Browser.OpenAsync("ada at the overview", like: town.Ada);
        await desk.GoAsync("/");
        await desk.SeesAsync("Nobody is at a device.", section: "At devices now");
        await town.Ada.GoAsync("/Devices");
        await town.Ada.SeesAsync("free", row: "hall");
        await desk.ListenAsync();

        await town.Terminal.CommandAsync("card 04C3D4E5");
        await town.Terminal.HearAsync("event", "unlocked");
        await desk.SeesAsync("Cora Czerny", section: "At devices now");
        Assert.That(await town.Ada.SeesAsync("in use", row: "hall"), Does.Contain("cora.czerny"));
        var opened = (await desk.HeardAsync("session.opened"))[0]!["data"]!;
        Assert.That(opened["device"]!.GetValue<string>(), Is.EqualTo("hall"));
        Assert.That(opened.ToJsonString(), Does.Not.Contain("ora"), "the stream says where, never who");

        town.Work(new JobRequest { Function = JobFunction.Copy, Pages = 5, Who = "cora" });
        town.Work(new JobRequest { Function = JobFunction.Copy, Pages = 2, Color = JobColor.FullColor, Who = "cora" });
        await town.Site.Simulator.WhenQuietAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await town.Terminal.CommandAsync("logout");
        await town.Terminal.HearAsync("event", "locked");
        await desk.HeardAsync("session.settled");
        await desk.SeesAsync("Nobody is at a device.", section: "At devices now");
        await desk.CloseAsync();

        Assert.That(town.Truth("cora"), Is.EqualTo(7));
        Assert.That(await town.Site.ScalarAsync("select coalesce(sum(u.impressions), 0) from usage_day u join person p on p.id = u.person_id where p.user_name = 'cora.czerny'"), Is.EqualTo(7));
        await town.Ada.GoAsync("/Reports?name=users&period=today&user=cora.czerny");
        var report = await town.Ada.TextAsync(row: "Cora Czerny");
        Assert.That(report.Split('\t', StringSplitOptions.TrimEntries), Has.Member("7").And.Member("2"), "seven pages, two in colour");
    }

    [Test]
    public async Task Person_signs_in_and_sees_their_own_pages_and_nobody_elses()
    {
        await town.WithCopiesAsync();
        var anna = await town.Browser.OpenAsync("anna");
        await anna.SignInAsync("alice", PrivateKdc.Password);
        Assert.That(await anna.PathAsync(), Is.EqualTo("/My"));
        var months = await anna.TableAsync("By month");
        Assert.That(months[1][1], Is.EqualTo("11"));
        Assert.That(months[1][3], Does.Contain("0.44"), "eleven pages at 0.04");
        Assert.That((await anna.TableAsync("By device"))[1], Is.EqualTo(new[] { "hall", "11", "0" }));
        Assert.That(town.Truth("anna"), Is.EqualTo(11));
        Assert.That(await anna.GoAsync("/"), Does.Contain("My copies").And.Not.Contain("At devices now"), "the overview is not hers");
        foreach (var path in new[] { "/Users/bert.brandt", "/Reports?name=users", "/AccessLog", "/Sessions" })
        {
            Assert.That(await anna.StatusAsync(path), Is.EqualTo(403), path);
            Assert.That(await anna.TextAsync("body"), Does.Not.Contain("Bert"));
        }

        await anna.CloseAsync();
    }

    [Test]
    public async Task Unknown_card_is_found_in_the_log_and_given_to_a_person_without_script()
    {
        await town.WithTerminalAsync();
        await town.Terminal.CommandAsync("card 04FF99AA");
        await town.Terminal.HearAsync("event", "loginError");
        await town.Site.UntilAsync("select count(*) from access_log where outcome = 'unknownCard'", 1);

        var plain = await town.Browser.OpenAsync("ada at the log", script: false, like: town.Ada);
        await plain.GoAsync("/AccessLog");
        await plain.ChooseAsync("Show", "cards that nobody has");
        await plain.PressAsync("Show");
        Assert.That(await plain.TextAsync(row: "hall box"), Does.Contain("AA").And.Not.Contain("04FF99AA"), "only the end of the number is known");
        await plain.FillAsync("User name", "nobody.at.all", row: "hall box");
        await plain.PressAsync("Give the card", row: "hall box");
        Assert.That(await plain.TextAsync(), Does.Contain("There is no user “nobody.at.all”."));
        await plain.FillAsync("User name", "cora.czerny", row: "hall box");
        await plain.PressAsync("Give the card", row: "hall box");
        Assert.That(await plain.TextAsync(), Does.Contain("The card belongs to Cora Czerny now."));
        await plain.CloseAsync();
        Assert.That(await town.Site.ScalarAsync("select count(*) from card c join person p on p.id = c.person_id where p.user_name = 'cora.czerny'"), Is.EqualTo(2));
        Assert.That(await town.Site.ScalarAsync("select count(*) from audit_log where action = 'card.register' and actor like 'account:%'"), Is.EqualTo(1));

        await town.Terminal.CommandAsync("card 04FF99AA");
        await town.Terminal.HearAsync("event", "unlocked");
        await town.Ada.GoAsync("/Users/cora.czerny");
        Assert.That((await town.Ada.TableAsync("Last walk-ups"))[1][1], Is.EqualTo("hall"));
        Assert.That((await town.Ada.TableAsync("Last logins"))[1][1], Is.EqualTo("hall box"));
        await town.Terminal.CommandAsync("logout");
        await town.Terminal.HearAsync("event", "locked");
    }
}
