using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;

namespace CopyTrack.Server.Web.Live;

/// <summary>
/// Tells open pages by server-sent events that something happened at a device, so that they fetch their parts anew. It says where and of what kind, never who. Whoever listens is asked for again at each
/// beat: an ended session hears nothing more.
/// </summary>
internal sealed class LiveStream(EventStream stream, WebSessions sessions)
{
    /// <summary>Where it is.</summary>
    public const string Path = "/live";

    private const int MostStreams = 500, MostOfOne = 8;
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Answers the request: 403 for roles whose pages show no devices, 429 for too many open pages, else a stream.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (WebSession.Of(context) is not { } session || LiveScope.Of(session.Caller) is not { } scope)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        string? last = context.Request.Headers["Last-Event-ID"];
        long after = long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : -1;
        string who = Convert.ToHexString(session.Stored.Hash);
        bool fits = _open.AddOrUpdate(who, 1, (_, n) => n + 1) <= MostOfOne;
        fits &= Interlocked.Increment(ref _all) <= MostStreams;
        try
        {
            if (!fits)
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = "30";
                return;
            }

            await stream.RunAsync(context, new EventListener(scope.Say, async () => await sessions.SignedInAsync(context) is { } now && LiveScope.Of(now.Caller) == scope), after);
        }
        finally
        {
            Interlocked.Decrement(ref _all);
            if (_open.AddOrUpdate(who, 0, (_, n) => n - 1) <= 0)
            {
                _open.TryRemove(new KeyValuePair<string, int>(who, 0));
            }
        }
    }
}

/// <summary>What of the site a listener of <see cref="LiveStream"/> hears: all of the organisation, or sites of it.</summary>
internal sealed record LiveScope(ReportScope Devices)
{
    /// <summary>Of administrators and managers, whole or of sites; null for everybody else, whose pages show no devices.</summary>
    public static LiveScope? Of(Caller caller) => caller is { Role: Roles.Administrator or Roles.Manager, Scope: { HasDevices: true, OrgId: Data.Repositories.OrganisationRepository.DefaultId } } ? new LiveScope(caller.Scope.OfDevices with { Names = null }) : null;

    /// <summary>What a message says to the listener; null for what is elsewhere.</summary>
    public string? Say(OutboxView message)
    {
        if ((message.OrgId ?? Data.Repositories.OrganisationRepository.DefaultId) != Devices.OrgId || !Devices.Sees(message.Site, null, null))
        {
            return null;
        }

        string? kind = message.Topic == "alert" ? StateDocument.ReadData(message.Payload).GetValueOrDefault("kind") : null;
        return JsonSerializer.Serialize(new { at = ReportJson.Rfc3339(message.At), device = message.Device, kind }, ApiJson.Options);
    }
}
