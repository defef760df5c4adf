using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Receipts.Makers;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Receipts.Wire;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Receipts that devices send of their jobs, and what administrators see of them.</summary>
internal sealed class ReceiptEndpoints(ReceiptRepository receipts, DeviceRepository devices, DeviceAttempts attempts, DeviceGate gate, ReceiptDesk desk, JobAuthorization authorization, RefusedMessages refused, TimeProvider time, IEnumerable<IReceiptAdapter> adapters)
{
    private static readonly ApiAccess Read = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "POST", Path = "/accounting/jobs", Summary = "Receipts of a device, JSON or XML, with its own secret (Basic) or certificate and never a token. Answered after they are durable.", Access = null,
            Handle = TakeAsync, Body = "ReceiptMessage", Answer = "ReceiptAnswer",
        },
        new()
        {
            Method = "POST", Path = "/accounting/authorize", Summary = "A device asks before a job: rights, colour, what is left of limits, and money set aside, with its own credential. As the SOAP operation Authorize.", Access = null,
            Handle = AuthorizeAsync, Body = "JobQuestion", Answer = "JobAnswer",
        },
        new()
        {
            Method = "POST", Path = "/accounting/makers/{adapter}", Summary = "What a maker's devices send about their jobs, as it is (docs/vendors.md), with the device's credential. Experimental.", Access = null,
            Handle = TakeOfMakerAsync, Answer = "ReceiptAnswer",
        },
        new()
        {
            Method = "POST", Path = "/accounting/panels/brother", Summary = "What the panel of a Brother device with BSI is to do, with the device's credential: locked, or freed for whoever is logged in. Experimental.", Access = null,
            Handle = call => GuardedAsync(call.Context, async device => Results.Bytes(await Brother(call).AskAsync(device, call.Aborted), "application/xml; charset=utf-8")),
        },
        new()
        {
            Method = "POST", Path = "/accounting/panels/done", Summary = "A Brother device has freed its panel for the session in the query.", Access = null,
            Handle = call => GuardedAsync(call.Context, async device =>
            {
                await Brother(call).DoneAsync(device, call.Query("session"), call.Aborted);
                return ApiResults.None();
            }),
            Parameters = [new("session", "string", "The session of the command.")],
        },
        new()
        {
            Method = "GET", Path = "/accounting/receipts", Summary = "Receipts, newest first.", Access = Read, Handle = ListAsync, Answer = "ReceiptPage",
            Parameters = [new("device", "string", "Name of a device."), new("status", "string", "waiting, booked, outsideLedger, unmetered or ignored."), .. ApiParameter.Page],
        },
        new() { Method = "GET", Path = "/accounting/conflicts", Summary = "Receipts whose key came with other content before, newest first.", Access = Read, Handle = ConflictsAsync, Parameters = ApiParameter.Page, Answer = "ReceiptConflictPage" },
        new() { Method = "GET", Path = "/accounting/attempts", Summary = "Messages of devices that were refused, newest first; kept for a month.", Access = Read, Handle = AttemptsAsync, Parameters = ApiParameter.Page, Answer = "DeviceAttemptPage" },
    ];

    private Task<IResult> TakeAsync(ApiCall call) => GuardedAsync(call.Context, async device =>
    {
        HttpContext context = call.Context;
        bool json = context.Request.HasJsonContentType();
        if (!json && context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() is not ("application/xml" or "text/xml"))
        {
            throw new BodyFault(415, "the Content-Type must be application/json, application/xml or text/xml");
        }

        IntakeAnswer answer = await BodyReader.ReadAsync(
            context.Request, body => desk.TakeAsync(device, json ? ReceiptJson.Read(body.Span) : ReceiptXml.Read(SafeXml.Parse(body)), call.Aborted), call.Aborted);
        return json ? Told(answer) : Results.Bytes(Encoding.UTF8.GetBytes(ReceiptXml.Write(answer).ToString(SaveOptions.DisableFormatting)), "application/xml; charset=utf-8");
    });

    private Task<IResult> TakeOfMakerAsync(ApiCall call) => GuardedAsync(call.Context, async device =>
    {
        IReceiptAdapter adapter = adapters.FirstOrDefault(a => a.Name == call.Route("adapter")) ?? throw ApiProblem.NotFound("adapter", call.Route("adapter"));
        return await BodyReader.ReadAsync(
            call.Context.Request,
            async body =>
            {
                var receipts = adapter.Read(body);
                IntakeAnswer answer = await desk.TakeAsync(device, new ReceiptMessage(null, receipts), call.Aborted);
                ReadOnlyMemory<byte> told = adapter.Acknowledge(receipts);
                return told.IsEmpty ? Told(answer) : Results.Bytes(told);
            },
            call.Aborted);
    });

    private Task<IResult> AuthorizeAsync(ApiCall call) => GuardedAsync(call.Context, async device =>
    {
        if (!call.Context.Request.HasJsonContentType())
        {
            throw new BodyFault(415, "the Content-Type must be application/json");
        }

        var answer = await BodyReader.ReadAsync(
            call.Context.Request,
            body =>
            {
                var (job, color, impressions) = ReceiptJson.ReadQuestion(body.Span, time.GetUtcNow());
                return authorization.AskAsync(device, job, color switch { PageColor.Color => true, PageColor.Mono => false, _ => null }, impressions, call.Aborted);
            },
            call.Aborted);
        return ApiResults.Ok(new { allowed = answer.Allowed, colorAllowed = answer.ColorAllowed, maxImpressions = answer.MaxImpressions, reservation = answer.Reservation, text = answer.Text });
    });

    /// <summary>The flow needs the walk-up, which a host that only answers reports may do without.</summary>
    private static BrotherFlow Brother(ApiCall call) => call.Context.RequestServices.GetRequiredService<BrotherFlow>();

    private static IResult Told(IntakeAnswer answer) => ApiResults.Ok(new
    {
        results = answer.Answers.Select(a => new { key = a.Key, receipt = Text(a.Id), outcome = Words.Camel(a.Outcome.ToString()) }),
        missing = answer.Missing.Select(m => new { bootId = m.BootId, from = m.From, to = m.To }),
    });

    /// <summary>Runs for the device behind the request; whatever is refused becomes a problem, and is noted.</summary>
    private async Task<IResult> GuardedAsync(HttpContext context, Func<DeviceCaller, Task<IResult>> take)
    {
        DeviceCaller? device = null;
        try
        {
            device = await gate.AuthenticateAsync(context);
            return await take(device);
        }
        catch (DeviceRefused e)
        {
            if (e.Status == 429)
            {
                throw ApiProblem.TooMany(e.RetryAfter ?? 1);
            }

            throw new ApiProblem(401, "unauthorized", "No valid credential of a device", "The request carries no secret or certificate of a device, or one that is wrong or revoked.",
                "Send 'Authorization: Basic' with the device's name and the secret made by 'copytrack device credential', or a client certificate of this server's CA.") { Challenge = "Basic realm=\"copytrack device\", charset=\"UTF-8\"" };
        }
        catch (Exception e) when (e is WireFault or MakerFormatException)
        {
            await NoteAsync(context, device, "message", e.Message);
            throw ApiProblem.BadRequest($"The message can't be taken: {e.Message}. Nothing of it was booked.", "Mend it as docs/receipts.md and accounting.xsd say, and send it again.");
        }
        catch (BodyFault e)
        {
            await NoteAsync(context, device, "body", e.Message);
            throw new ApiProblem(e.Status, "badBody", "The body can't be taken", $"Nothing was booked: {e.Message}.", "Send JSON or XML, unpacked, at most 512 KiB.");
        }
    }

    private async Task<IResult> ListAsync(ApiCall call)
    {
        long? deviceId = null;
        if (call.Query("device") is string name)
        {
            deviceId = (await devices.FindAsync(call.Caller.OrgId, name, call.Aborted) ?? throw ApiProblem.NotFound("device", name)).Id;
        }

        ReceiptStatus? status = null;
        if (call.Query("status") is string word)
        {
            status = Enum.GetValues<ReceiptStatus>().Where(s => Words.Camel(s.ToString()) == word).Select(s => (ReceiptStatus?)s).FirstOrDefault()
                ?? throw ApiProblem.BadRequest("There is no such status.", "Take waiting, booked, outsideLedger, unmetered or ignored.");
        }

        int limit = call.Limit;
        return ApiResults.Ok(Page<object>.Of([.. await receipts.ListAsync(call.Caller.OrgId, deviceId, status, Before(call), limit + 1, call.Aborted)], limit, r => Cursor.Of(r.Id), Shape));
    }

    private async Task<IResult> ConflictsAsync(ApiCall call)
    {
        int limit = call.Limit;
        return ApiResults.Ok(Page<object>.Of([.. await receipts.ConflictsAsync(call.Caller.OrgId, Before(call), limit + 1, call.Aborted)], limit, c => Cursor.Of(c.Id), c => new
        {
            id = Text(c.Id), device = c.Device, key = c.Key, receivedAt = c.ReceivedAt, content = JsonNode.Parse(c.Content), first = JsonNode.Parse(c.FirstContent),
        }));
    }

    private async Task<IResult> AttemptsAsync(ApiCall call)
    {
        int limit = call.Limit;
        return ApiResults.Ok(Page<object>.Of(
            [.. await attempts.ListAsync(Before(call), limit + 1, call.Aborted)], limit, a => Cursor.Of(a.Id),
            a => new { id = Text(a.Id), at = a.At, device = a.Device, address = a.Address, kind = a.Kind, detail = a.Detail }));
    }

    private static object Shape(ReceiptView r) => new
    {
        id = Text(r.Id), device = r.Device, key = r.Key, status = Words.Camel(((ReceiptStatus)r.Status).ToString()), receivedAt = r.ReceivedAt, startedAt = r.StartedAt, endedAt = r.EndedAt,
        clockOffsetMs = r.ClockOffsetMs, bookedAt = r.BookedAt, user = r.UserName, project = r.Project, session = r.SessionId is long s ? Text(s) : null, shortage = r.Shortage != 0, content = JsonNode.Parse(r.Content),
    };

    private static long Before(ApiCall call) => Cursor.Read(call.Query("cursor"), 1) is [var last] ? Cursor.Number(last) : long.MaxValue;

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private Task NoteAsync(HttpContext context, DeviceCaller? device, string kind, string detail) =>
        refused.NoteAsync(device?.DeviceId, context.Connection.RemoteIpAddress?.ToString() ?? "", kind, detail, CancellationToken.None);
}
