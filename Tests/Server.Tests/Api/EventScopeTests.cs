using System.Net;
using System.Text.Json;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Api;

/// <summary>What listeners of <c>/events</c> get by their scopes, and what they must not: hall stands in Berlin, attic in Bonn, store belongs to another organisation.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // All hear the same outbox.
internal sealed class EventScopeTests(Db db) : SiteFixture(db)
{
    private long _store;

    [OneTimeSetUp]
    public async Task AnotherOrganisationAsync()
    {
        _store = Ids.Next();
        await Database.WriteAsync((c, _) => c.ExecuteAsync("""
            insert into organisation (id, name, name_folded, created_at) values (2, 'Other', 'other', 0);
            insert into device (id, org_id, name, name_folded, address, site, created_at, updated_at) values (@_store, 2, 'store', 'store', '127.0.0.1', 'Bonn', 0, 0);
            """, new { _store }), default);
    }

    [TestCase(Roles.Manager, "site=Bonn", "attic")]
    [TestCase(Roles.Manager, "site=Bonn\nsite=Berlin", "attic hall")]
    [TestCase(Roles.Manager, "department=Sales\nsite=Bonn", "attic")]
    [TestCase(Roles.Manager, "project=P1\nsite=Berlin", "hall")]
    [TestCase(Roles.Monitor, "site=Berlin", "hall")]
    [TestCase(Roles.Manager, "site=Nowhere", "")]
    [TestCase(Roles.Manager, null, "attic hall none")]
    [TestCase(Roles.Administrator, null, "attic hall none")]
    [TestCase(Roles.Administrator, "organisation=Other", "store")]
    public async Task Caller_is_told_of_the_devices_of_its_sites_and_of_nothing_else(string role, string? scope, string heard)
    {
        ApiCaller caller = new(1, role, (await Services.GetRequiredService<CallerScopes>().ReadAsync(role, scope, default))!);
        OutboxView[] all =
        [
            At("attic", 1, "Bonn"), At("hall", 1, "Berlin"), At("nook", 3, null), At("store", 2, "Bonn"), new() { Topic = "alert", Payload = "{\"kind\":\"directory\"}" },
        ];

        Assert.That(string.Join(' ', all.Where(m => EventEndpoints.Say(caller, m) is not null).Select(m => m.Device ?? "none")), Is.EqualTo(heard));

        static OutboxView At(string device, long orgId, string? site) => new() { Topic = "alert", Payload = "{\"kind\":\"panelBypass\"}", Device = device, OrgId = orgId, Site = site };
    }

    [TestCase("department=Sales")]
    [TestCase("project=P1")]
    [TestCase("department=Sales\nproject=P1")]
    public async Task Scope_without_a_site_hears_nothing(string scope) =>
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/events", token: await TokenAsync(Roles.Manager, scope))).Status, Is.EqualTo(HttpStatusCode.Forbidden));

    [TestCase(-1)]
    [TestCase(0)]
    public async Task Scoped_manager_hears_what_comes_and_after_an_id_what_came_at_their_devices_alone(long after)
    {
        string token = await TokenAsync(Roles.Manager, "site=Bonn\ndepartment=Sales");
        if (after >= 0)
        {
            await HappenAsync("before");
        }

        using Listening events = await ListenAsync(token, after);
        await HappenAsync($"now{after}");
        List<JsonElement> told = await events.UntilAsync($"now{after}");

        Assert.That(told.Select(e => e.GetProperty("device").GetString()), Is.All.EqualTo("attic"));
        Assert.That(told.Count(e => e.TryGetProperty("kind", out JsonElement kind) && kind.GetString() == "before"), Is.EqualTo(after + 1));
        Assert.That(told[^2].GetProperty("person").GetString(), Is.EqualTo($"{Alice}"), "whose session it is at a device of theirs");
    }

    [Test]
    public async Task Person_is_a_pseudonym_where_names_are_kept_from_managers()
    {
        SettingRepository settings = Services.GetRequiredService<SettingRepository>();
        await settings.SetAsync(CallerScopes.PseudonymSetting, "true", "test", default);
        try
        {
            using Listening manager = await ListenAsync(await TokenAsync(Roles.Manager, "site=Bonn")), administrator = await ListenAsync(Administrator);
            await HappenAsync("kept");
            string pseudonym = (await Services.GetRequiredService<CallerScopes>().NamesAsync(default)).Of(Alice);
            Assert.That(People(await manager.UntilAsync("kept")), Is.EqualTo(new[] { pseudonym }), "as reports and sessions name them");
            Assert.That(People(await administrator.UntilAsync("kept")), Is.EqualTo(new[] { $"{Alice}", $"{Alice}" }));
        }
        finally
        {
            await settings.SetAsync(CallerScopes.PseudonymSetting, null, "test", default);
        }

        static IEnumerable<string?> People(List<JsonElement> told) => told.Where(e => e.TryGetProperty("person", out _)).Select(e => e.GetProperty("person").GetString());
    }

    [TestCase("update access_token set revoked_at = 1 where hash = @hash", false)]
    [TestCase("update access_token set expires_at = 1 where hash = @hash", true)]
    [TestCase("update access_token set scope = 'site=Berlin' where hash = @hash", true)]
    [TestCase("update access_token set revoked_at = 1 where hash = @hash", true)]
    public async Task Listener_whose_token_is_no_more_or_another_one_hears_nothing_more(string change, bool isBusy)
    {
        string token = await TokenAsync(Roles.Manager, "site=Bonn");
        using Listening events = await ListenAsync(token);
        await HappenAsync("first");
        await events.UntilAsync("first");
        await Database.WriteAsync((c, _) => c.ExecuteAsync(change, new { hash = Identity.Secrets.MachineSecret.Hash(token, Identity.Secrets.MachineSecret.TokenPrefix) }), default);

        Task ended = events.EndAsync();
        for (int i = 0; i < 200 && !ended.IsCompleted; i++)
        {
            // Where something happens all the time there is never a pause to be asked in.
            await (isBusy ? HappenAsync("again") : Task.CompletedTask);
            await Task.WhenAny(ended, Task.Delay(40));
        }

        Assert.That(ended.IsCompletedSuccessfully, Is.True);
    }

    protected override void AddMore(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton(p => new EventStream(p.GetRequiredService<EventFeed>(), new FastTime())));

    /// <summary>A session at hall and one at attic, alerts at another organisation's device and at none, and at last one at attic of this kind.</summary>
    private Task HappenAsync(string kind) => Database.WriteAsync((c, _) => c.ExecuteAsync("""
        insert into outbox (at, topic, device_id, payload) values (0, 'alert', @_store, '{"kind":"panelBypass"}'), (0, 'alert', null, '{"kind":"directory"}'),
            (0, 'session.opened', @Hall, @opened), (0, 'session.opened', @Attic, @opened), (0, 'alert', @Attic, @last)
        """, new { Hall, Attic, _store, opened = $"{{\"person\":\"{Alice}\",\"session\":\"1\",\"terminal\":\"t1\"}}", last = $"{{\"kind\":\"{kind}\"}}" }), default);

    private async Task<Listening> ListenAsync(string token, long after = -1)
    {
        HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/events");
        request.Headers.Authorization = new("Bearer", token);
        if (after >= 0)
        {
            request.Headers.Add("Last-Event-ID", $"{after}");
        }

        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        StreamReader lines = new(await response.Content.ReadAsStreamAsync());
        Assert.That(await lines.ReadLineAsync(), Does.StartWith(":"));
        return new Listening(client, lines);
    }

    private sealed class Listening(HttpClient client, StreamReader lines) : IDisposable
    {
        private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));

        /// <summary>What is told up to the alert of this kind.</summary>
        public async Task<List<JsonElement>> UntilAsync(string kind)
        {
            List<JsonElement> told = [];
            while (told.Count == 0 || !told[^1].TryGetProperty("kind", out JsonElement last) || last.GetString() != kind)
            {
                string line = await lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    told.Add(JsonDocument.Parse(line["data: ".Length..]).RootElement.Clone());
                }
            }

            return told;
        }

        /// <summary>Comes back when the server has ended the stream.</summary>
        public async Task EndAsync()
        {
            while (await lines.ReadLineAsync(patience.Token) is not null)
            {
            }
        }

        public void Dispose()
        {
            lines.Dispose();
            client.Dispose();
            patience.Dispose();
        }
    }

    /// <summary>A clock of the streams' beats, a hundred times as fast.</summary>
    private sealed class FastTime : TimeProvider
    {
        private const int Faster = 100;

        public override long GetTimestamp() => base.GetTimestamp() * Faster;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, dueTime / Faster, period);
    }
}
