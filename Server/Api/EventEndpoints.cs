using System.Globalization;
using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Server-sent events: session.opened, session.settled and alert, with the outbox's id so that a client may go on with Last-Event-ID.</summary>
internal sealed class EventEndpoints(EventStream stream, TokenGate gate)
{
    private const int MaxStreams = 100;

    /// <summary>Member of a message that holds a person's id.</summary>
    private const string PersonMember = "person";
    private int _streams;

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/events", Summary = "Server-sent events session.opened, session.settled and alert; Last-Event-ID goes on after that one.",
            Access = new ApiAccess(Reach.Devices, Roles.Administrator, Roles.Manager, Roles.Monitor), Handle = call => Task.FromResult(Stream(call)), Answer = "EventStream",
        },
    ];

    private IResult Stream(ApiCall call)
    {
        string? last = call.Context.Request.Headers["Last-Event-ID"];
        long after = string.IsNullOrEmpty(last) ? -1 : long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id
            : throw ApiProblem.BadRequest("Last-Event-ID is not an id of this stream.", "Leave the header out to begin with what comes next.");
        if (Interlocked.Increment(ref _streams) > MaxStreams)
        {
            Interlocked.Decrement(ref _streams);
            throw ApiProblem.TooMany(30);
        }

        return new Sse(this, call.Caller, after);
    }

    /// <summary>What a message says to a caller, people under pseudonyms where names are kept from it; null for what is elsewhere.</summary>
    internal static string? Say(ApiCaller caller, OutboxView message)
    {
        // What is of no device is the default organisation's.
        if ((message.OrgId ?? OrganisationRepository.DefaultId) != caller.OrgId || !caller.Scope.OfDevices.Sees(message.Site, null, null))
        {
            return null;
        }

        SortedDictionary<string, string?> data = new(StringComparer.Ordinal) { ["at"] = ReportJson.Rfc3339(message.At), ["device"] = message.Device };
        foreach ((string name, string value) in StateDocument.ReadData(message.Payload))
        {
            data[name] = name == PersonMember && caller.Scope.Names is { } names ? names.Of(long.Parse(value, CultureInfo.InvariantCulture)) : value;
        }

        return JsonSerializer.Serialize(data, ApiJson.Options);
    }

    private sealed class Sse(EventEndpoints owner, ApiCaller caller, long after) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            try
            {
                await owner.RunAsync(httpContext, caller, after);
            }
            finally
            {
                Interlocked.Decrement(ref owner._streams);
            }
        }
    }

    private Task RunAsync(HttpContext context, ApiCaller caller, long after) => stream.RunAsync(context, new EventListener(m => Say(caller, m), () => gate.HoldsAsync(context, caller)), after);
}
