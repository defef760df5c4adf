using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.Api;

/// <summary>What a discovery asks for. Communities and passwords are used and forgotten.</summary>
internal sealed record DiscoveryInput
{
    public IReadOnlyList<string>? Ranges { get; init; }
    public int? Port { get; init; }
    public IReadOnlyList<string>? Communities { get; init; }
    public string? V3User { get; init; }
    public string? V3Auth { get; init; }
    public string? V3AuthPassword { get; init; }
    public string? V3Priv { get; init; }
    public string? V3PrivPassword { get; init; }
    public int? PerSecond { get; init; }

    // A record's own text would show communities and passwords.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Ranges = ").Append(Ranges?.Count);
        return true;
    }
}

/// <summary>Looking for printers in address ranges: started by one call, followed by others.</summary>
internal sealed class DiscoveryEndpoints(Discoveries discoveries, IDatabase database, AuditLog audit, IdGenerator ids)
{
    private const int MaxCommunities = 8;
    private static readonly ApiAccess Admin = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "POST", Path = "/discoveries", Summary = "Begins to look for printers in address ranges; one at a time on a node.", Access = Admin, Handle = BeginAsync, Body = "DiscoveryInput", Answer = "Discovery" },
        new() { Method = "GET", Path = "/discoveries/{id}", Summary = "How far it is, and what was found so far.", Access = Admin, Handle = GetAsync, Answer = "Discovery" },
        new() { Method = "DELETE", Path = "/discoveries/{id}", Summary = "Ends it and forgets what it found.", Access = Admin, Handle = DeleteAsync },
    ];

    private async Task<IResult> BeginAsync(ApiCall call)
    {
        var input = await ApiJson.ReadAsync<DiscoveryInput>(call.Context);
        var (ranges, fault) = await NamedRanges.ParseAsync([.. input.Ranges ?? []], Dns.GetHostAddressesAsync, call.Aborted);
        if (ranges is null)
        {
            throw ApiProblem.BadRequest($"ranges: {fault}.", "Give ranges such as \"192.0.2.0/24\" or \"192.0.2.10-60\", or names of hosts.");
        }

        var ways = Ways(input);
        var perSecond = input.PerSecond ?? new SweepOptions().PerSecond;
        if (perSecond is < 1 or > 1000)
        {
            throw ApiProblem.BadRequest("perSecond is not from 1 to 1000.", "Leave it out for 50.");
        }

        var begun = discoveries.TryBegin(
            ids.Next().ToString(System.Globalization.CultureInfo.InvariantCulture), call.Caller.OrgId, ranges, address => [.. ways.Select(w => w with { Address = address })],
            new SweepOptions { PerSecond = perSecond })
            ?? throw new ApiProblem(409, "discoveryRuns", "A discovery runs already", "This node looks at a network already.", "Wait for its end, or end it with DELETE.");
        await database.WriteAsync(async (connection, ct) =>
        {
            await audit.AddAsync(connection, call.Caller.OrgId, call.Caller.Actor, "discovery.begin", $"discovery:{begun.Id}", null, $"addresses {ranges.Count}", ct);
            return true;
        }, call.Aborted);
        return ApiResults.Ok(Shape(begun), 202);
    }

    private Task<IResult> GetAsync(ApiCall call) => Task.FromResult(ApiResults.Ok(Shape(One(call))));

    private async Task<IResult> DeleteAsync(ApiCall call)
    {
        Discovery one = One(call);
        await audit.TellAsync(call.Caller.OrgId, call.Caller.Actor, "discovery.end", $"discovery:{one.Id}", null, call.Aborted);
        await discoveries.EndAsync(one);
        return ApiResults.None();
    }

    private Discovery One(ApiCall call) =>
        discoveries.Find(call.Route("id"), call.Caller.OrgId) ?? throw ApiProblem.NotFound("discovery", call.Route("id"));

    private static ImmutableArray<SnmpTarget> Ways(DiscoveryInput input)
    {
        var port = input.Port ?? 161;
        if (port is < 1 or > 65535)
        {
            throw ApiProblem.BadRequest("port is not between 1 and 65535.", "Leave it out for 161.");
        }

        if (!UsmNames.TryParse(input.V3Auth, out AuthProtocol auth) || !UsmNames.TryParse(input.V3Priv, out PrivProtocol priv))
        {
            throw ApiProblem.BadRequest("v3Auth or v3Priv names a protocol that is not known.", $"v3Auth: {UsmNames.AllAuths}; v3Priv: {UsmNames.AllPrivs}.");
        }

        var communities = input.Communities ?? (input.V3User is null ? ["public"] : []);
        if (communities.Count > MaxCommunities || communities.Any(c => c is null || System.Text.Encoding.UTF8.GetByteCount(c) > SnmpMessage.MaxCommunity))
        {
            throw ApiProblem.BadRequest($"communities has more than {MaxCommunities} members, or one that is too long.", "Give the likeliest ones.");
        }

        var ways = communities.Select(c => SnmpTarget.V2c(IPAddress.None, port, c)).ToList();
        if (input.V3User is not null)
        {
            if (SnmpUser.Fault(input.V3User, auth, input.V3AuthPassword, priv, input.V3PrivPassword) is { } fault)
            {
                throw ApiProblem.BadRequest(fault + ".", "Correct the members that begin with v3.");
            }

            ways.Insert(0, SnmpTarget.V3(IPAddress.None, port, new SnmpUser(input.V3User, auth, input.V3AuthPassword, priv, input.V3PrivPassword)));
        }

        return ways.Count > 0 ? [.. ways] : throw ApiProblem.BadRequest("There is neither a community nor a user.", "Leave communities out for \"public\".");
    }

    private static object Shape(Discovery d) => new
    {
        id = d.Id, state = d.State, asked = d.Progress.Asked, of = d.Progress.Of, answered = d.Progress.Answered,
        refused = d.Progress.Refused.Select(r => new { address = r.Address.ToString(), reason = r.Reason }), found = d.Found.Select(Shape),
    };

    private static JsonNode? Shape(DiscoveredDevice device)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            DiscoveredJson.Write(writer, device);
        }

        return JsonNode.Parse(buffer.ToArray());
    }
}
