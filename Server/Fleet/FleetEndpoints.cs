using System.Globalization;
using System.Net;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Fleet;

/// <summary>Where agents come to (docs/fleet.md §4): enrolment, messages, and what is wanted of them. Who they are is proven by their signatures.</summary>
internal sealed class FleetEndpoints(
    MessageIntake intake, FleetInbox inbox, FleetRepository fleet, FleetKey key, ICertificateAuthority authority, StrangerThrottle throttle, ILogger<FleetEndpoints> logger)
{
    /// <summary>Says that a message came by mail.</summary>
    public const string MailHeader = "CopyTrack-By-Mail";

    private const int MaxSmall = 4096;

    /// <summary><c>GET ca</c>: the installation's CA, which proves itself by its fingerprint.</summary>
    public Task CaAsync(HttpContext context) => BytesAsync(context, authority.Certificate.RawData);

    /// <summary><c>POST enrolments</c>. Whoever comes here is no agent yet, so that an address that is held back waits.</summary>
    public Task EnrolAsync(HttpContext context) => GuardedAsync(context, async address =>
    {
        if (throttle.Wait(address) is { } wait)
        {
            await LaterAsync(context, Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)), StatusCodes.Status429TooManyRequests);
            return;
        }

        if (await BodyAsync(context, MaxSmall) is not { } body)
        {
            return;
        }

        EnrolmentRequest request;
        try
        {
            request = EnrolmentRequest.Read(body);
        }
        catch (FleetFormatException e)
        {
            await RefuseAsync(context, address, e.Message);
            return;
        }

        if (AgentCodes.Hash(request.Code) is not { } hash || await fleet.EnrolAsync(hash, request.PublicKey.ToArray(), context.RequestAborted) is not { } agent)
        {
            await RefuseAsync(context, address, "wrong, used or expired code of an agent");
            return;
        }

        intake.Forget(agent.Id);
        logger.AgentEnrolled(agent.Name, address.ToString());
        var own = await key.GetAsync(context.RequestAborted);
        await BytesAsync(context, EnrolmentAnswer.Seal(agent.Id.ToString(CultureInfo.InvariantCulture), request.PublicKey.Span, own));
    });

    /// <summary><c>POST messages</c>.</summary>
    public Task MessageAsync(HttpContext context) => GuardedAsync(context, async address =>
    {
        if (await BodyAsync(context, FleetEnvelope.MaxBytes) is not { } body)
        {
            return;
        }

        // A receiver of mail says so; whoever else does only gives up that the clock is put right.
        string? mail = context.Request.Headers[MailHeader];
        var byMail = mail is not null;
        if (MailFaults.TextOf(mail) is { } fault)
        {
            await RefuseAsync(context, address, fault, "mail");
            return;
        }

        if (await HeldAsync(context, address, body))
        {
            return;
        }

        switch (await intake.TakeAsync(body, byMail ? "mail" : address.ToString(), byMail, context.RequestAborted))
        {
            case IntakeAnswer.Word word:
                await BytesAsync(context, word.Acknowledgement.Seal(await key.GetAsync(context.RequestAborted)));
                break;
            case IntakeAnswer.Later:
                await LaterAsync(context, 60);
                break;
            case IntakeAnswer.Stranger stranger:
                await RefuseAsync(context, address, stranger.Reason, byMail ? "mail" : null);
                break;
            default:
                throw new InvalidOperationException("an answer that is none");
        }
    });

    /// <summary><c>GET wants</c>, the question in the header <c>CopyTrack-Ask</c>.</summary>
    public Task WantsAsync(HttpContext context) => AskedAsync(context, async question =>
    {
        var (id, nonce) = FleetWants.ReadAsk(question, out var outside);
        // Not from memory: what was asked for a moment ago is to be told.
        return await intake.AgentAsync(id, outside, context.RequestAborted) is { } known && await fleet.GetAsync(known.Id, context.RequestAborted) is { RevokedAt: null } agent
            ? Wants(agent).Seal(id, nonce, await key.GetAsync(context.RequestAborted)) : null;
    });

    /// <summary><c>GET received</c>, asked the same way: up to which number all messages are kept.</summary>
    public Task ReceivedAsync(HttpContext context) => AskedAsync(context, async question =>
    {
        var (id, nonce, first) = FleetReceived.ReadAsk(question, out var outside);
        return await intake.AgentAsync(id, outside, context.RequestAborted) is { } agent && await inbox.KeptThroughAsync(agent.Id, agent.Generation, first, context.RequestAborted) is { } through
            ? new FleetReceived(through).Seal(id, nonce, await key.GetAsync(context.RequestAborted)) : null;
    });

    /// <summary>Answers a signed question of the header <c>CopyTrack-Ask</c>: with nothing where <paramref name="answer"/> gives null, with what it sent itself where it gives no bytes.</summary>
    internal Task AskedAsync(HttpContext context, Func<ReadOnlyMemory<byte>, Task<byte[]?>> answer) => GuardedAsync(context, async address =>
    {
        string? asked = context.Request.Headers["CopyTrack-Ask"];
        var bytes = new byte[MaxSmall];
        if (asked is null || asked.Length > MaxSmall || !Convert.TryFromBase64String(asked, bytes, out var length))
        {
            await RefuseAsync(context, address, "no question of an agent");
            return;
        }

        if (await HeldAsync(context, address, bytes.AsMemory(0, length)))
        {
            return;
        }

        try
        {
            switch (await answer(bytes.AsMemory(0, length)))
            {
                case null:
                    break;
                case []:
                    return;
                case var told:
                    await BytesAsync(context, told);
                    return;
            }
        }
        catch (FleetFormatException)
        {
            // Told below like any other stranger.
        }

        await RefuseAsync(context, address, "no agent of this installation asked");
    });

    private static FleetWants Wants(FleetAgentRow agent)
    {
        var verbs = agent.WantsVerbs?.Split(';') ?? [];
        return new FleetWants
        {
            Number = agent.WantsNumber, ReadNow = verbs.Contains("readNow"), DiscoverNow = verbs.Contains("discoverNow"),
            CounterInterval = Seconds(agent.WantsCounterSeconds), InventoryInterval = Seconds(agent.WantsInventorySeconds),
        };

        static TimeSpan? Seconds(long? seconds) => seconds is { } number ? TimeSpan.FromSeconds(number) : null;
    }

    private static async Task GuardedAsync(HttpContext context, Func<IPAddress, Task> run)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        try
        {
            await run(address);
        }
        catch (StorageUnavailableException)
        {
            await LaterAsync(context, 10);
        }
    }

    /// <summary>True, with 429 as the answer, when the address is held back and there is no room now to find out whether an agent of ours signed this. What names no agent needs no finding out.</summary>
    private async Task<bool> HeldAsync(HttpContext context, IPAddress address, ReadOnlyMemory<byte> envelope)
    {
        if (throttle.Wait(address) is null || FleetEnvelope.Claimed(envelope.Span) is not { } agent || throttle.MayProve(agent, intake.Remembers(agent)))
        {
            return false;
        }

        await LaterAsync(context, 2, StatusCodes.Status429TooManyRequests);
        return true;
    }

    /// <summary>One answer for every cause: which part was wrong is nobody's business. The administrator sees the cause, a flood of them only once in a while.</summary>
    private async Task RefuseAsync(HttpContext context, IPAddress address, string reason, string? shown = null)
    {
        if (throttle.Count(address))
        {
            logger.FleetRefused(shown ?? address.ToString(), reason);
            await fleet.RefusedAsync(null, null, shown ?? address.ToString(), reason, context.RequestAborted);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
    }

    private static async Task<byte[]?> BodyAsync(HttpContext context, int most)
    {
        using var body = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 0, 0, most));
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (body.Length + read > most)
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return null;
            }

            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }

    private static Task LaterAsync(HttpContext context, int seconds, int status = StatusCodes.Status503ServiceUnavailable)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private static Task BytesAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, 0, bytes.Length, context.RequestAborted);
    }
}
