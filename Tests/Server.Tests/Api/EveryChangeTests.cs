using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Api;

/// <summary>Every operation of the API that changes something leaves a row in the audit log by whoever did it, and nobody without the right leaves anything.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class EveryChangeTests(Db db) : SiteFixture(db)
{
    /// <summary>One good call for each operation, in order, and what its rows say: values before, after, both, or of a deed that has none, neither.</summary>
    private static readonly (string Operation, string Path, object? Body, string Values)[] s_calls =
    [
        ("PUT /users/{username}", "/users/zoe", new { displayName = "Zoe" }, "after"),
        ("PUT /users/{username}", "/users/zoe", new { department = "Stores" }, "after"),
        ("PUT /users/{username}", "/users/zoe", new { department = "Works", displayName = "Zoe Z" }, "before after"),
        ("POST /users/{username}/cards", "/users/zoe/cards", new { card = "1122334455" }, "after"),
        ("POST /users/{username}/activation-code", "/users/zoe/activation-code", null, ""),
        ("POST /users/{username}/pin", "/users/zoe/pin", null, ""),
        ("POST /access-log/{id}/assign", "/access-log/4711/assign", new { user = "zoe" }, "after"),
        ("POST /users/{username}/merge", "/users/zoe/merge", new { into = "alice" }, "after"),
        ("DELETE /users/{username}", "/users/bob", null, "before"),
        ("PUT /retention/{field}", "/retention/accessLog", new { days = 400 }, "after"),
        ("PUT /retention/{field}", "/retention/accessLog", new { days = 500 }, "before after"),
        ("PUT /accounts/{kind}/{value}", "/accounts/login/alice.smith", new { user = "alice" }, "after"),
        ("PUT /accounts/{kind}/{value}", "/accounts/login/alice.smith", new { project = "P1" }, "before after"),
        ("DELETE /accounts/{kind}/{value}", "/accounts/login/alice.smith", null, "before"),
        ("PUT /price-lists/{name}", "/price-lists/all", new { from = "2026-01-01T00:00:00Z", mono = 0.05m }, "after"),
        ("PUT /price-lists/{name}", "/price-lists/all", new { from = "2026-01-01T00:00:00Z", mono = 0.06m }, "before after"),
        ("DELETE /price-lists/{name}", "/price-lists/all", null, "before"),
        ("PUT /quotas/{kind}/{subject}", "/quotas/user/alice", new { period = "month", hard = 5m }, "after"),
        ("PUT /quotas/{kind}/{subject}", "/quotas/user/alice", new { period = "month", hard = 7m }, "before after"),
        ("PUT /quotas/{kind}/{subject}", "/quotas/user/alice", new { period = "month" }, "before"),
        ("PUT /devices/{name}/charging", "/devices/hall/charging", new { atZero = "lock" }, "before after"),
        ("PUT /devices/{name}", "/devices/new", new { address = "127.0.0.9", community = "secretcommunity" }, "after"),
        ("PUT /devices/{name}", "/devices/new", new { address = "127.0.0.10" }, "before after"),
        ("POST /devices/{name}/read", "/devices/new/read", null, ""),
        ("POST /devices/{name}/credential", "/devices/new/credential", null, "after"),
        ("DELETE /devices/{name}/credential", "/devices/new/credential", null, "before"),
        ("DELETE /devices/{name}", "/devices/new", null, "before"),
        ("POST /directories/{name}/replicate", "/directories/corp/replicate", new { full = true }, "after"),
        ("PUT /directories/{name}", "/directories/lab", new { servers = new[] { "ldaps://localhost:1" }, baseDn = "dc=lab", bindDn = "cn=alice,dc=lab", password = "secretcommunity" }, "after"),
        ("DELETE /directories/{name}", "/directories/lab", null, "before"),
        ("PUT /directories/{name}/mapping", "/directories/corp/mapping", new { displayName = "{cn}" }, "after"),
        ("PUT /directories/{name}/mapping", "/directories/corp/mapping", new { displayName = "{sn}" }, "before after"),
        ("POST /discoveries", "/discoveries", new { ranges = new[] { "127.8.99.1" }, perSecond = 100 }, "after"),
        ("DELETE /discoveries/{id}", "/discoveries/LAST", null, ""),
        ("PUT /fleet/nodes/{name}", "/fleet/nodes/North", new { kind = "dealer" }, "after"),
        ("POST /terminals/{id}/lock", "/terminals/t1/lock", null, ""),
        ("PUT /saved-reports/{name}", "/saved-reports/Copies", new { address = "name=users&period=lastMonth&user=alice" }, "after"),
        ("PUT /saved-reports/{name}", "/saved-reports/Copies", new { address = "name=users&period=thisMonth&user=alice" }, "before after"),
        ("POST /report-schedules", "/report-schedules", new { report = "LAST", timing = "0 8 1 * *", recipients = new[] { "zoe@box.test" } }, "after"),
        ("PUT /report-schedules/{id}", "/report-schedules/LAST", new { enabled = false }, "before after"),
        ("DELETE /report-schedules/{id}", "/report-schedules/LAST", null, "before"),
        ("DELETE /saved-reports/{name}", "/saved-reports/Copies", null, "before"),
        ("PUT /webhooks/{name}", "/webhooks/erp", new { address = "https://hooks.example.org/in", events = new[] { "alert" } }, "after"),
        ("PUT /webhooks/{name}", "/webhooks/erp", new { address = "https://hooks.example.org/in", events = new[] { "alert", "supply.low" } }, "before after"),
        ("POST /webhooks/{name}/secret", "/webhooks/erp/secret", null, ""),
        ("POST /webhooks/{name}/test", "/webhooks/erp/test", null, ""),
        ("POST /webhooks/{name}/resume", "/webhooks/erp/resume", null, ""),
        ("DELETE /webhooks/{name}", "/webhooks/erp", null, "before"),
    ];

    /// <summary>Operations whose rows are looked at elsewhere: agents need a node of the right kind, a revocation is a stand-in here, an event or a mail to send again needs one that was sent; dealers and customers have alerts of their own (AlertPagesTests), packages have to be signed (FleetPackageTests); offsets and links are of devices that an agent meters (FleetDutiesTests).</summary>
    private static readonly string[] s_elsewhere =
    [
        "POST /fleet/agents/{name}/code", "POST /fleet/agents/{name}/revoke", "POST /fleet/agents/{name}/wants", "POST /terminals/{id}/revoke",
        "POST /webhooks/{name}/events/{id}/send", "POST /report-deliveries/{id}/send", "POST /fleet/alert-rules", "PUT /fleet/alert-rules/{id}", "DELETE /fleet/alert-rules/{id}", "POST /fleet/alerts/{id}/note", "POST /fleet/alerts/{id}/send",
        "POST /fleet/packages", "PUT /fleet/packages/{id}/stage", "POST /fleet/packages/{id}/halt", "POST /fleet/packages/{id}/resume", "DELETE /fleet/packages/{id}",
        "POST /fleet/devices/{name}/offsets", "POST /fleet/agents/{name}/devices/{key}/part",
    ];

    protected override ImmutableArray<DirectoryOptions> Directories => [new() { Name = "corp", Servers = [LdapServer.Parse("ldaps://localhost:1")!], BaseDn = "dc=example" }];

    [Test]
    public async Task Every_change_is_in_the_audit_log_and_denied_to_those_who_may_not()
    {
        string[] all = [.. ApiServices.Endpoints(Services).Where(e => e.Access is not null && e.Method != "GET").Select(e => $"{e.Method} {e.Path}")];
        Assert.That(all.Except(s_calls.Select(c => c.Operation)).Except(s_elsewhere), Is.Empty, "say here how it is called, or where its row of the audit log is looked at");
        KeyedHash card = Services.GetRequiredService<IHashKeys>().Current.Hash(HashKinds.Card, 1, "99AA88BB");
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into access_log (id, at, terminal_id, method, outcome, card_suffix, card_key, card_hash) values (4711, 1, 't1', 'card', 'unknownCard', '88BB', @KeyId, @hash)",
            new { card.KeyId, hash = card.Hash.ToArray() }), default);
        string[] others = [await TokenAsync(Roles.Manager), await TokenAsync(Roles.User), await TokenAsync(Roles.Dealer), await TokenAsync(Roles.Customer), await TokenAsync(Roles.Monitor), await TokenAsync(Roles.Administrator, "department=Sales"), await TokenAsync(Roles.Administrator, "dealer=North")];
        string last = "";
        foreach ((string operation, string path, object? body, string values) in s_calls)
        {
            HttpMethod method = new(operation.Split(' ')[0]);
            string url = "/api/v1" + path.Replace("LAST", last, StringComparison.Ordinal);
            // Dealers set up their own customers, and whoever sees reports keeps their own.
            bool isOwn = operation.Contains("/saved-reports", StringComparison.Ordinal) || operation.Contains("/report-schedules", StringComparison.Ordinal);
            foreach (string other in others.Where((_, i) => !(i == 2 && operation == "PUT /fleet/nodes/{name}") && !(i is 0 or 5 && isOwn)))
            {
                long was = await CountAsync();
                Assert.That((await CallAsync(method, url, body, other)).Status, Is.EqualTo(HttpStatusCode.Forbidden), $"{operation} by {Array.IndexOf(others, other)}");
                Assert.That(await CountAsync(), Is.EqualTo(was), operation);
            }

            long before = await CountAsync();
            (HttpStatusCode status, JsonElement answer) = await CallAsync(method, url, operation == "POST /report-schedules" ? new { report = last, timing = "0 8 1 * *", recipients = new[] { "zoe@box.test" } } : body);
            Assert.That((int)status, Is.InRange(200, 299), $"{operation}: {answer}");
            int rows = (int)(await CountAsync() - before);
            Assert.That(rows, Is.Positive, operation);
            IReadOnlyList<AuditRow> told = await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(), null, rows, default);
            string shape = string.Join(' ', new[] { told.Any(r => r.BeforeValue is not null) ? "before" : "", told.Any(r => r.AfterValue is not null) ? "after" : "" }.Where(w => w.Length > 0));
            Assert.That(shape, Is.EqualTo(values), $"{operation}: {string.Join('|', told.Select(r => $"{r.Action} {r.BeforeValue} → {r.AfterValue}"))}");
            last = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("id", out JsonElement id) ? id.ToString() : last;
        }

        IReadOnlyList<AuditRow> log = await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(), null, 1000, default);
        string text = string.Join('\n', log.Select(r => $"{r.Actor} {r.Subject} {r.BeforeValue} {r.AfterValue}"));
        Assert.That(text, Does.Not.Contain("secretcommunity").And.Not.Contain("1122334455").And.Not.Contain("Zoe").And.Not.Contain("alice"));
        JsonElement page = await GetAsync("/api/v1/audit-log?action=device.&limit=2");
        Assert.That(page.GetProperty("items").GetArrayLength(), Is.EqualTo(2));
        Assert.That(page.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.String));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/audit-log", token: others[5])).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private Task<long> CountAsync() => Database.CountAsync("select count(*) from audit_log where action <> 'token.add'");
}
