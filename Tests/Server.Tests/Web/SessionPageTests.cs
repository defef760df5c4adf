using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The list of sessions a page at a time, and one session as far as whoever asks may see it.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class SessionPageTests(Db db) : WebFixture(db)
{
    private const string Span = "from=2026-03-01&to=2026-04-30";

    private long _ofAlice, _ofBobInHall, _ofBobInAttic;

    [OneTimeSetUp]
    public async Task FindSessionsAsync()
    {
        _ofAlice = await Database.CountAsync("select id from session where person_id = @Alice", new { Alice });
        _ofBobInHall = await Database.CountAsync("select id from session where person_id = @Bob and device_id = @Hall", new { Bob, Hall });
        _ofBobInAttic = await Database.CountAsync("select id from session where person_id = @Bob and device_id = @Attic", new { Bob, Attic });
        DateTimeOffset ended = new(2026, 3, 31, 6, 11, 0, TimeSpan.Zero);
        string content = ReceiptContent.Write(new JobReceipt { Service = JobService.Copy, EndedAt = ended, Pages = [new CompletedPages(PageColor.Mono, PageSides.Any, null, 4, 4)] });
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into receipt (id, device_id, org_id, key, hash, status, received_at, started_at, ended_at, booked_at, person_id, session_id, content) values (4711, @Hall, 1, 'job-4711', @hash, 1, 1, 1, 1774937460000000, 1, @Alice, @session, @content)",
            new { Hall, Alice, session = _ofAlice, hash = new byte[32], content }), default);
    }

    [Test]
    public async Task A_session_tells_who_where_how_the_borders_what_was_booked_and_by_which_receipts()
    {
        Shown list = await Known.GetAsync("/Sessions?name=jobs&" + Span + "&user=alice");
        Assert.That(list.Text, Does.Contain($"href=\"/Sessions/{_ofAlice}\""), "the end of every way from a number");
        string text = (await Known.GetAsync($"/Sessions/{_ofAlice}")).Text;
        Assert.That(text, Does.Contain("Alice Ärmel").And.Contain("<a href=\"/Devices/hall\">hall</a>").And.Contain("hall reader").And.Contain("logged out at the terminal").And.Contain("31 Mar 2026"));
        // Copies in mono stood at 1,000 and in colour at 200; four and three were made, and five prints by nobody.
        Assert.That(text, Does.Match("<td>copies, black and white</td><td class=\"n\">1,000</td><td class=\"n\">1,004</td><td class=\"n\">4</td><td class=\"n\">4</td>"));
        Assert.That(text, Does.Match("<td>copies, colour</td><td class=\"n\">200</td><td class=\"n\">203</td><td class=\"n\">3</td><td class=\"n\">3</td>"));
        Assert.That(text, Does.Match("<td>prints</td><td class=\"n\">300</td><td class=\"n\">305</td><td class=\"n\">5</td><td class=\"n\">0</td>"), "a print that moved meanwhile is not the session's");
        Assert.That(text, Does.Match("<td>copies, black and white</td><td>P1</td><td class=\"n\">4</td><td>meter</td><td class=\"\">exact</td>").Or.Match("<td>copies, black and white</td><td>P1</td><td class=\"n\">4</td><td>meter</td><td>exact</td>"));
        Assert.That(text, Does.Contain("job-4711").And.Contain("copies: 4 sides").And.Contain("Nothing was corrected."));
        foreach (string none in new[] { "/Sessions/1", "/Sessions/x", "/Sessions/-1", "/Sessions/99999999999999999999" })
        {
            Assert.That((await Known.OnceAsync(HttpMethod.Get, none)).Status, Is.EqualTo(HttpStatusCode.NotFound), none);
        }
    }

    [Test]
    public async Task A_correction_shows_as_such()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            """
            insert into entry (device_id, seq, at, posted_at, org_id, interval_seq, delta, session_id, person_id, project_id, reverses, epoch, counter, cause, confidence, source, evidence)
            select device_id, seq + 100000, at, posted_at, org_id, interval_seq, -delta, session_id, person_id, project_id, seq, epoch, counter, cause, confidence, source, evidence from entry where session_id = @session
            """, new { session = _ofBobInAttic }), default);
        string text = (await Known.GetAsync($"/Sessions/{_ofBobInAttic}")).Text;
        Assert.That(text, Does.Contain("1 entry takes another back").And.Contain("<td class=\"n\">-7</td>").And.Contain("takes back").And.Match("<span class=\"figure\">0</span>Pages"));
    }

    [Test]
    public async Task What_lies_outside_of_a_scope_does_not_exist_and_a_department_sees_no_meters_of_whole_devices()
    {
        using Browser sales = await PersonAsync("sales reader", "sales leads"), bonn = await PersonAsync("bonn reader", "bonn leads"), lost = await PersonAsync("lost reader", "staff");
        string own = (await sales.GetAsync($"/Sessions/{_ofAlice}")).Text;
        Assert.That(own, Does.Contain("Alice Ärmel").And.Contain("What was booked").And.Not.Contain("Meters before and after").And.Not.Contain("1,000").And.Not.Contain("href=\"/Devices/hall\""));
        Assert.That((await sales.OnceAsync(HttpMethod.Get, $"/Sessions/{_ofBobInHall}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await bonn.GetAsync($"/Sessions/{_ofBobInAttic}")).Text, Does.Contain("=Bob").And.Contain("Meters before and after"));
        Assert.That((await bonn.OnceAsync(HttpMethod.Get, $"/Sessions/{_ofBobInHall}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await lost.OnceAsync(HttpMethod.Get, $"/Sessions/{_ofAlice}")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Names_are_kept_from_whoever_sees_pseudonyms()
    {
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, "true", "test", default);
        using Browser manager = await PersonAsync("blind reader", "managers");
        Shown page = await manager.GetAsync($"/Sessions/{_ofAlice}");
        Assert.That(page.Text, Does.Not.Contain("alice").IgnoreCase.And.Not.Contain("Ärmel").And.Match("<dd>P-[0-9A-Z]{5}-[0-9A-Z]{5}</dd>"));
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, null, "test", default);
    }

    [Test]
    public async Task Everybody_follows_their_own_months_and_devices_to_their_own_sessions_and_to_nobody_elses()
    {
        using Browser alice = await PersonAsync("alice", "staff");
        string month = (await alice.GetAsync("/My/Jobs?month=2026-03")).Text;
        Assert.That(month, Does.Contain($"href=\"/My/Sessions/{_ofAlice}\"").And.Contain("hall").And.Not.Contain("attic"));
        Assert.That((await alice.GetAsync("/My/Jobs?month=2026-04")).Text, Does.Contain("Nothing in this period."));
        Assert.That((await alice.GetAsync("/My/Jobs?month=2026-03&device=attic")).Text, Does.Contain("Nothing in this period."));
        Assert.That((await alice.GetAsync("/My/Jobs?month=2026-03&device=nowhere")).Text, Does.Contain("Nothing in this period."), "which devices there are is not told");
        Assert.That((await alice.GetAsync($"/My/Sessions/{_ofAlice}")).Text, Does.Contain("What was booked").And.Contain("job-4711").And.Not.Contain("Meters before and after"));
        Assert.That((await alice.OnceAsync(HttpMethod.Get, $"/My/Sessions/{_ofBobInHall}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await Known.OnceAsync(HttpMethod.Get, $"/My/Sessions/{_ofAlice}")).Status, Is.EqualTo(HttpStatusCode.Forbidden), "an account is nobody's");
    }

    [Test]
    public async Task All_sessions_are_reached_page_by_page_and_by_device_person_and_time()
    {
        const int More = 230;
        DateTimeOffset first = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            """
            insert into session (id, org_id, device_id, terminal_id, person_id, state, method, functions, project_required, opened_at, last_activity_at, ended_at, settled_at, end_reason, inferred)
            values (@id, 1, @device, 't1', @person, 4, 'card', 'copy', 0, @at, @at, @at, @at, 1, 0)
            """,
            // Three at each moment, so that pages end between sessions of one time.
            Enumerable.Range(0, More).Select(i => new { id = 100 + i, device = i % 2 == 0 ? Hall : Attic, person = i % 5 == 0 ? Alice : Bob, at = first.AddMinutes(i / 3).ToUnixTimeMilliseconds() * 1000 })), default);
        Assert.That(await WalkAsync("/Sessions?state=all"), Has.Count.EqualTo(More + 3).And.Unique);
        Assert.That(await WalkAsync("/Sessions?from=2026-01-05&to=2026-01-05"), Is.EqualTo(Enumerable.Range(0, More).Select(i => 100L + i).OrderByDescending(i => (i - 100) / 3).ThenByDescending(i => i)), "the newest first");
        Assert.That(await WalkAsync("/Sessions?device=hall"), Has.Count.EqualTo((More / 2) + 2).And.Unique);
        Assert.That(await WalkAsync("/Sessions?user=ALICE"), Has.Count.EqualTo((More / 5) + 1).And.Unique);
        Assert.That(await WalkAsync("/Sessions?user=alice&device=attic&state=settled"), Has.Count.EqualTo(More / 10));
        Assert.That(await WalkAsync("/Sessions?user=alice&device=attic&state=open"), Is.Empty);
        Assert.That(await WalkAsync("/Sessions"), Is.Empty, "nobody is at a device now");
        Assert.That((await Known.GetAsync("/Sessions?device=nowhere")).Text, Does.Contain("There is no device 'nowhere'."));
        Assert.That((await Known.GetAsync("/Sessions?from=then")).Text, Does.Contain("neither a date"));
        Assert.That(await WalkAsync("/Sessions?state=all&after=99999999999999999999.1"), Has.Count.GreaterThan(More), "a place that is none is the beginning");
    }

    private async Task<List<long>> WalkAsync(string path)
    {
        List<long> found = [];
        for (string? next = path; next is not null && found.Count < 1000;)
        {
            string text = (await Known.GetAsync(next)).Text;
            found.AddRange(Regex.Matches(text, "href=\"/Sessions/(\\d+)\"").Select(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)));
            next = Regex.Match(text, "href=\"(/Sessions[?][^\"]*)\" rel=\"next\"") is { Success: true } link ? WebUtility.HtmlDecode(link.Groups[1].Value) : null;
        }

        return found;
    }
}
