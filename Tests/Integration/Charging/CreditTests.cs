using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Charging;

/// <summary>A person's limit from the login to zero, at a terminal beside the copier and at a device that asks before each job.</summary>
[Parallelizable] // Each has a server of its own and waits most of the time.
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class CreditTests(Db db)
{
    private static readonly string[] s_settings = ["--Charging:Mono=0.05", "--Charging:Color=0.05", "--Charging:HoldStep=0.2", "--Rights:DefaultFunctions=copy;copyColor", "--Sessions:WatchSeconds=1", "--Polling:SettleSeconds=4", "--Polling:IdleSeconds=5"];

    [Test]
    public async Task Panel_is_locked_when_the_limit_is_used_up_and_the_next_login_is_refused()
    {
        await using var site = await LiveSite.StartAsync(db, s_settings);
        await site.GoodAsync("quota", "set", "user", "anna", "--period", "ever", "--hard", "0.5");
        await site.GoodAsync("device", "at-zero", "hall", "lock");
        await using var terminal = await LiveTerminal.ConnectAsync(site, await site.EnrolAsync("box"), "card", "panelCable");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        var session = Good(await terminal.CardAsync("04A1"))["session"]!.GetValue<string>();
        await terminal.HearAsync("panel.unlock");
        await site.UntilAsync($"select count(*) from session where id = {session} and state = 2", 1);
        Assert.That(await site.ScalarAsync("select sum(granted_micros - spent_micros) from quota_hold"), Is.EqualTo(200_000), "one step");

        await site.CopyAsync(4);
        await site.UntilAsync("select cast(coalesce(sum(cost_micros), 0) as bigint) from usage_day where person_id <> 0", 200_000);
        await site.UntilAsync($"select count(*) from quota_hold where session_id = {session} and spent_micros = 200000 and granted_micros > 200000 and granted_micros <= 500000", 1);
        Assert.That(await site.ScalarAsync($"select count(*) from session where id = {session} and state = 2"), Is.EqualTo(1), "more was set aside, and the session goes on");

        await site.CopyAsync(8);
        var locked = await terminal.HearAsync("panel.lock");
        Assert.That((locked["session"]!.GetValue<string>(), locked["reason"]!.GetValue<string>()), Is.EqualTo((session, "credit")));
        await site.UntilAsync($"select count(*) from session where id = {session} and state = 4 and end_reason = 10", 1);
        Assert.That(await site.ScalarAsync("select count(*) from quota_hold"), Is.Zero);
        Assert.That((await terminal.CardAsync("04A1"))["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32007));
        Good(await terminal.CardAsync("04B2"));
        Assert.That(await site.GoodAsync("quota", "list"), Does.Contain("\"used\":0.6,").And.Contain("\"left\":-0.1,"), "the last job was finished, and that is shown");
        await site.GoodAsync("audit", "--full");
    }

    [Test]
    public async Task Device_as_delivered_finishes_and_says_so()
    {
        await using var site = await LiveSite.StartAsync(db, s_settings);
        await site.GoodAsync("quota", "set", "user", "anna", "--period", "ever", "--soft", "0.1", "--hard", "0.3");
        await using var terminal = await LiveTerminal.ConnectAsync(site, await site.EnrolAsync("box"), "card", "panelCable");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        var session = Good(await terminal.CardAsync("04A1"))["session"]!.GetValue<string>();
        Assert.That((await terminal.HearAsync("panel.message"))["text"]!.GetValue<string>(), Is.EqualTo("Credit: 0.30 EUR"));
        await site.UntilAsync($"select count(*) from session where id = {session} and state = 2", 1);
        await site.CopyAsync(8);
        var told = "";
        while (!told.StartsWith("Your credit is used up", StringComparison.Ordinal))
        {
            // The pages come one by one: a warning first, since the soft amount is passed.
            told = (await terminal.HearAsync("panel.message"))["text"]!.GetValue<string>();
            Assert.That(told, Does.Match("^(Only 0\\.[0-9]{2} EUR of credit left|Your credit is used up \\((0|-0)\\.[0-9]{2} EUR\\))\\.$"));
        }

        Assert.That(await site.ScalarAsync($"select count(*) from session where id = {session} and state = 2"), Is.EqualTo(1), "the session goes on");
        Good(await terminal.LogoutAsync(session));
        await site.UntilAsync($"select count(*) from session where id = {session} and state = 4", 1);
        Assert.That((await terminal.CardAsync("04A1"))["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32007));
    }

    [Test]
    public async Task Device_that_asks_before_a_job_is_told_how_many_there_is_money_for_and_its_receipt_gives_the_rest_back()
    {
        await using var site = await LiveSite.StartAsync(db, s_settings);
        await site.GoodAsync("quota", "set", "user", "anna", "--period", "ever", "--hard", "0.5");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        using var device = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = new Uri($"https://localhost:{site.HttpsPort}/api/v1/accounting/") };
        device.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("hall:" + (await site.GoodAsync("device", "credential", "hall")).Trim())));

        var first = await AskAsync(device, "1", 6);
        Assert.That((first["allowed"]!.GetValue<bool>(), first["maxImpressions"]!.GetValue<long>(), first["reservation"]!.GetValue<string>()), Is.EqualTo((true, 6L, "1")));
        var second = await AskAsync(device, "2", 6);
        Assert.That((second["allowed"]!.GetValue<bool>(), second["maxImpressions"]!.GetValue<long>()), Is.EqualTo((false, 4L)));
        Assert.That(second["text"]!.GetValue<string>(), Is.EqualTo("The job costs 0.30 EUR; your credit is 0.20 EUR."));
        Assert.That((await AskAsync(device, "2", null))["maxImpressions"]!.GetValue<long>(), Is.EqualTo(4), "a job of unknown length");
        Assert.That((await AskAsync(device, "3", 1))["allowed"]!.GetValue<bool>(), Is.False, "all is set aside");
        Assert.That((await AskAsync(device, "9", 1, "nobody"))["allowed"]!.GetValue<bool>(), Is.False);

        // Fewer pages than asked for were made: the receipt settles them, the rest is free again.
        site.Copier.Submit(new MfpSimulator.Device.JobRequest { Function = MfpSimulator.Meters.JobFunction.Copy, Pages = 2 });
        await site.Simulator.WhenQuietAsync();
        using var receipt = Json($$"""{"receipts":[{"bootId":"b","jobId":"1","service":"copy","identities":[{"kind":"login","value":"anna"}],"endedAt":"{{DateTimeOffset.UtcNow:O}}","pages":[{"color":"monochrome","impressions":2}]}]}""");
        Assert.That(await (await device.PostAsync("jobs", receipt)).Content.ReadAsStringAsync(), Does.Contain("accepted"));
        await site.UntilAsync("select count(*) from receipt where status = 1", 1);
        Assert.That(await site.ScalarAsync("select cast(sum(granted_micros) as bigint) from quota_hold"), Is.EqualTo(200_000), "job 1 is settled, job 2 is not");
        Assert.That((await AskAsync(device, "3", 4))["allowed"]!.GetValue<bool>(), Is.True);
        Assert.That((await AskAsync(device, "4", 1))["allowed"]!.GetValue<bool>(), Is.False);
        using var bad = Json("""{"service":"copy","impressions":-1}""");
        Assert.That((int)(await device.PostAsync("authorize", bad)).StatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task Brother_panel_is_locked_but_for_whoever_logged_in_at_the_reader_beside_it()
    {
        await using var site = await LiveSite.StartAsync(db, s_settings);
        await site.GoodAsync("import", "users", site.Write("rights.csv", "username,functions\nbert,copy;scan\n"));
        await using var terminal = await LiveTerminal.ConnectAsync(site, await site.EnrolAsync("reader"), "card");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        using var device = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = new Uri($"https://localhost:{site.HttpsPort}/api/v1/accounting/panels/") };
        device.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("hall:" + (await site.GoodAsync("device", "credential", "hall")).Trim())));
        Assert.That(await PanelAsync(device), Does.Contain("<DisplayForm>").And.Contain("Log in at the reader"));

        var session = Good(await terminal.CardAsync("04B2"))["session"]!.GetValue<string>();
        await terminal.HearAsync("panel.unlock");
        var freed = await PanelAsync(device);
        Assert.That(freed, Does.Contain("<UserId>bert</UserId>").And.Contain("<Copy permitted=\"true\" colorEnable=\"false\" />").And.Contain("<ScanAndSend permitted=\"true\"").And.Contain("<SendFax permitted=\"false\""));
        Assert.That(freed, Does.Contain($"<JobFinAckUrl>./done?session={session}</JobFinAckUrl>"));
        Assert.That((int)(await device.PostAsync($"done?session={session}", null)).StatusCode, Is.EqualTo(204));
        await site.UntilAsync($"select count(*) from session where id = {session} and state = 2", 1);
        Good(await terminal.LogoutAsync(session));
        Assert.That(await PanelAsync(device), Does.Contain("<DisplayForm>"));
        Assert.That((int)(await device.PostAsync("done?session=nonsense", null)).StatusCode, Is.EqualTo(204));
        device.DefaultRequestHeaders.Authorization = null;
        Assert.That((int)(await device.PostAsync("brother", null)).StatusCode, Is.EqualTo(401));
    }

    private static async Task<string> PanelAsync(HttpClient device)
    {
        using var answer = await device.PostAsync("brother", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<JsonNode> AskAsync(HttpClient device, string job, int? impressions, string who = "anna")
    {
        var text = $$"""{"jobId":"{{job}}","service":"copy","color":"monochrome","identities":[{"kind":"login","value":"{{who}}"}]{{(impressions is { } n ? $",\"impressions\":{n}" : "")}}}""";
        using var question = Json(text);
        using var answer = await device.PostAsync("authorize", question);
        var told = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), told);
        return JsonNode.Parse(told)!;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static JsonNode Good(JsonNode reply)
    {
        Assert.That(reply["result"], Is.Not.Null, reply.ToJsonString());
        return reply["result"]!;
    }
}
