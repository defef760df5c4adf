using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Price lists, limits, what happens at zero, and the licence.</summary>
internal sealed class ChargingEndpoints(PriceListRepository prices, QuotaRepository quotas, QuotaSubjects subjects, Licence licence, ReportOptions options, TimeProvider time)
{
    private static readonly ApiAccess Read = new(Reach.Whole, Roles.Administrator, Roles.Manager);
    private static readonly ApiAccess Write = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/price-lists", Summary = "Price lists by name.", Access = Read, Handle = ListAsync, Answer = "PriceListPage" },
        new() { Method = "GET", Path = "/price-lists/{name}", Summary = "One price list.", Access = Read, Handle = async c => ApiResults.Ok(Shape(await OneAsync(c))), Answer = "PriceList" },
        new() { Method = "PUT", Path = "/price-lists/{name}", Summary = "Adds or replaces a price list; what was booked keeps its cost.", Access = Write, Handle = PutAsync, Body = "PriceListInput", Answer = "PriceList" },
        new() { Method = "DELETE", Path = "/price-lists/{name}", Summary = "Deletes a price list; what was booked keeps its cost.", Access = Write, Handle = DeleteAsync },
        new() { Method = "GET", Path = "/quotas", Summary = "Limits with what was spent under them.", Access = Read, Handle = QuotasAsync, Parameters = ApiParameter.Page, Answer = "QuotaPage" },
        new() { Method = "PUT", Path = "/quotas/{kind}/{subject}", Summary = "Sets the limit of a user, department or project; without soft and hard it is taken away.", Access = Write, Handle = LimitAsync, Body = "QuotaInput", Answer = "Quota" },
        new() { Method = "GET", Path = "/devices/{name}/charging", Summary = "What happens at the device when a hard limit is used up in a session.", Access = Read, Handle = AtZeroAsync, Answer = "Charging" },
        new() { Method = "PUT", Path = "/devices/{name}/charging", Summary = "Sets it: finish (the job ends, the next login is refused) or lock (the panel is locked within seconds).", Access = Write, Handle = SetAtZeroAsync, Body = "ChargingInput", Answer = "Charging" },
        new() { Method = "GET", Path = "/licence", Summary = "Whether copy tracking is licensed, to whom and until when.", Access = Read, Handle = LicenceAsync, Answer = "Licence" },
    ];

    private object Shape(PriceListRow r) => ChargingShapes.Of(r, options.Currency);

    private object Shape(QuotaRow q) => ChargingShapes.Of(q, options.Currency);

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime);

    private static T Checked<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (ChargingFault fault)
        {
            throw new ApiProblem(422, "badValue", "A value can't be taken", $"{char.ToUpperInvariant(fault.Message[0])}{fault.Message[1..]}.", "Correct the member that is named and send the body again.");
        }
    }

    private async Task<IResult> ListAsync(ApiCall call) =>
        ApiResults.Ok(new { items = (await prices.ListAsync(call.Caller.OrgId, call.Aborted)).Select(Shape), next = (string?)null });

    private async Task<IResult> PutAsync(ApiCall call)
    {
        PriceListInput input = await ApiJson.ReadAsync<PriceListInput>(call.Context);
        PriceListRow row = Checked(() => ChargingInputs.Row(call.Caller.OrgId, call.Route("name"), input, time.GetUtcNow()));
        bool added = await prices.PutAsync(row, call.Caller.Actor, call.Aborted);
        return ApiResults.Ok(Shape(await OneAsync(call)), added ? 201 : 200);
    }

    private async Task<IResult> DeleteAsync(ApiCall call) =>
        await prices.DeleteAsync(call.Caller.OrgId, call.Route("name"), call.Caller.Actor, call.Aborted) ? ApiResults.None() : throw ApiProblem.NotFound("price list", call.Route("name"));

    private async Task<PriceListRow> OneAsync(ApiCall call)
    {
        string folded = NameFolding.Fold(call.Route("name"));
        return (await prices.ListAsync(call.Caller.OrgId, call.Aborted)).FirstOrDefault(p => p.NameFolded == folded) ?? throw ApiProblem.NotFound("price list", call.Route("name"));
    }

    private async Task<IResult> QuotasAsync(ApiCall call)
    {
        int limit = call.Limit;
        (int Kind, string Subject)? after = Cursor.Read(call.Query("cursor"), 2) is [var kind, var subject] ? ((int)Math.Clamp(Cursor.Number(kind), -1, int.MaxValue), subject) : null;
        return ApiResults.Ok(Page<object>.Of(
            await quotas.PageAsync(call.Caller.OrgId, null, after, limit + 1, Today, call.Aborted), limit, q => Cursor.Of(q.Kind.ToString(CultureInfo.InvariantCulture), q.Subject), Shape));
    }

    private async Task<IResult> LimitAsync(ApiCall call)
    {
        QuotaInput input = await ApiJson.ReadAsync<QuotaInput>(call.Context);
        if (await subjects.FindAsync(call.Caller.OrgId, call.Route("kind"), call.Route("subject"), call.Aborted) is not { } who)
        {
            throw ApiProblem.NotFound("user, department or project", call.Route("subject"));
        }

        var (period, soft, hard, extra) = Checked(() => (
            ChargingInputs.Period(input.Period), ChargingInputs.Amount("soft", input.Soft), ChargingInputs.Amount("hard", input.Hard), ChargingInputs.Amount("extra", input.Extra) ?? 0));
        await quotas.PutAsync(call.Caller.OrgId, who.Kind, who.Subject, period, soft, hard, extra, call.Caller.Actor, call.Aborted);
        return await quotas.FindAsync(call.Caller.OrgId, who.Kind, who.Subject, Today, call.Aborted) is { } now ? ApiResults.Ok(Shape(now)) : ApiResults.None();
    }

    private async Task<IResult> AtZeroAsync(ApiCall call) => await subjects.LocksAtZeroAsync(call.Caller.OrgId, call.Route("name"), call.Aborted) is { } locks
        ? ApiResults.Ok(new { atZero = locks ? "lock" : "finish" }) : throw ApiProblem.NotFound("device", call.Route("name"));

    private async Task<IResult> SetAtZeroAsync(ApiCall call)
    {
        AtZeroInput input = await ApiJson.ReadAsync<AtZeroInput>(call.Context);
        bool locks = Checked(() => ChargingInputs.Locks(input.AtZero));
        return await subjects.SetLocksAtZeroAsync(call.Caller.OrgId, call.Route("name"), locks, call.Caller.Actor, call.Aborted)
            ? ApiResults.Ok(new { atZero = locks ? "lock" : "finish" }) : throw ApiProblem.NotFound("device", call.Route("name"));
    }

    private Task<IResult> LicenceAsync(ApiCall call) => Task.FromResult(ApiResults.Ok(ChargingShapes.Of(licence)));
}
