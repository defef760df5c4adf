using System.Globalization;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Webhooks;

namespace CopyTrack.Server.Api;

/// <summary>Webhooks: who is told of events, and what came of it.</summary>
internal sealed class WebhookEndpoints(WebhookRepository webhooks, WebhookBook book)
{
    private static readonly ApiAccess Access = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/webhooks", Summary = "Webhooks by name.", Access = Access, Handle = ListAsync, Answer = "WebhookPage" },
        new() { Method = "GET", Path = "/webhooks/{name}", Summary = "One webhook.", Access = Access, Handle = async c => ApiResults.Ok(Shape(await OneAsync(c), null)), Answer = "Webhook" },
        new() { Method = "PUT", Path = "/webhooks/{name}", Summary = "Adds a webhook, whose secret is told this once, or changes one.", Access = Access, Handle = PutAsync, Body = "WebhookInput", Answer = "Webhook" },
        new() { Method = "DELETE", Path = "/webhooks/{name}", Summary = "Deletes a webhook with what waits for it.", Access = Access, Handle = DeleteAsync },
        new() { Method = "POST", Path = "/webhooks/{name}/secret", Summary = "Makes another secret, told this once; the one of before signs too for a day.", Access = Access, Handle = SecretAsync, Answer = "WebhookSecret" },
        new() { Method = "POST", Path = "/webhooks/{name}/resume", Summary = "Ends the pause of a webhook that failed for too long.", Access = Access, Handle = ResumeAsync, Answer = "Webhook" },
        new() { Method = "POST", Path = "/webhooks/{name}/test", Summary = "Sends a test event; its outcome is among the events.", Access = Access, Handle = TestAsync, Answer = "WebhookSent" },
        new() { Method = "GET", Path = "/webhooks/{name}/events", Summary = "Events for the webhook with each try, newest first.", Access = Access, Handle = EventsAsync, Answer = "WebhookEventPage", Parameters = ApiParameter.Page },
        new() { Method = "POST", Path = "/webhooks/{name}/events/{id}/send", Summary = "Sends an event again, whatever became of it.", Access = Access, Handle = AgainAsync, Answer = "WebhookSent" },
    ];

    private static object Shape(WebhookRow w, string? secret) => new
    {
        name = w.Name, address = w.Address, events = w.Events.Split(';'), userNames = w.UserNames, enabled = w.Enabled,
        state = !w.Enabled ? "off" : w.PausedAt is not null ? "paused" : w.FailingSince is not null ? "failing" : "good", waiting = w.Waiting, deliveredAt = w.DeliveredAt,
        failingSince = w.FailingSince, pausedAt = w.PausedAt, pausedReason = w.PausedReason, secret,
    };

    private async Task<IResult> ListAsync(ApiCall call) =>
        ApiResults.Ok(new { items = (await webhooks.ListAsync(call.Caller.OrgId, call.Aborted)).Select(w => Shape(w, null)), next = (string?)null });

    private async Task<IResult> PutAsync(ApiCall call)
    {
        Body input = await ApiJson.ReadAsync<Body>(call.Context);
        (WebhookKept? kept, string? fault) = await book.PutAsync(
            call.Caller.OrgId, call.Route("name"), new WebhookInput(input.Address, input.Events, input.UserNames, input.Enabled), call.Caller.Actor, call.Aborted);
        return kept is not null ? ApiResults.Ok(Shape(kept.Webhook, kept.Secret), kept.Secret is null ? 200 : 201)
            : throw new ApiProblem(422, "badValue", "A value can't be taken", $"{char.ToUpperInvariant(fault![0])}{fault[1..]}.", "Correct the member that is named and send the body again.");
    }

    private async Task<IResult> DeleteAsync(ApiCall call) =>
        await webhooks.DeleteAsync(call.Caller.OrgId, call.Route("name"), call.Caller.Actor, call.Aborted) ? ApiResults.None() : throw Unknown(call);

    private async Task<IResult> SecretAsync(ApiCall call) =>
        await book.RenewSecretAsync(call.Caller.OrgId, call.Route("name"), call.Caller.Actor, call.Aborted) is { } secret ? ApiResults.Ok(new { name = call.Route("name"), secret }) : throw Unknown(call);

    private async Task<IResult> ResumeAsync(ApiCall call) =>
        await webhooks.ResumeAsync(call.Caller.OrgId, call.Route("name"), call.Caller.Actor, call.Aborted) ? ApiResults.Ok(Shape(await OneAsync(call), null)) : throw Unknown(call);

    private async Task<IResult> TestAsync(ApiCall call) =>
        await book.TestAsync(call.Caller.OrgId, call.Route("name"), call.Caller.Actor, call.Aborted) is { } id ? ApiResults.Ok(new { id = Id(id) }, 202) : throw Unknown(call);

    private async Task<IResult> EventsAsync(ApiCall call)
    {
        WebhookRow webhook = await OneAsync(call);
        long before = Cursor.Read(call.Query("cursor"), 1) is [var last] ? Cursor.Number(last) : long.MaxValue;
        int limit = Math.Min(call.Limit, 200);
        var (events, tries) = await webhooks.LogAsync(webhook.Id, before, limit + 1, call.Aborted);
        return ApiResults.Ok(Page<object>.Of(events, limit, e => Cursor.Of(e.EventId), e => new
        {
            id = Id(e.EventId), type = e.Kind, at = e.At, device = e.Device, state = Words.Camel(((WebhookState)e.State).ToString()), nextTryAt = e.State == 0 ? e.NextDue : (DateTimeOffset?)null, endedAt = e.EndedAt,
            tries = tries[e.EventId].Select(t => new { at = t.At, tookMs = t.TookMs, status = t.Status, cause = t.Cause }),
        }));
    }

    private async Task<IResult> AgainAsync(ApiCall call)
    {
        WebhookRow webhook = await OneAsync(call);
        return long.TryParse(call.Route("id"), NumberStyles.None, CultureInfo.InvariantCulture, out long id) && await webhooks.AgainAsync(webhook, id, call.Caller.Actor, call.Aborted)
            ? ApiResults.Ok(new { id = Id(id) }, 202) : throw ApiProblem.NotFound("event", call.Route("id"));
    }

    private async Task<WebhookRow> OneAsync(ApiCall call) => await webhooks.FindAsync(call.Caller.OrgId, call.Route("name"), call.Aborted) ?? throw Unknown(call);

    private static ApiProblem Unknown(ApiCall call) => ApiProblem.NotFound("webhook", call.Route("name"));

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed record Body
    {
        public string? Address { get; init; }
        public IReadOnlyList<string>? Events { get; init; }
        public bool? UserNames { get; init; }
        public bool? Enabled { get; init; }
    }
}
