using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Fleet;

/// <summary>What an administrator hands to whoever sets up an agent. Its text form keeps the code out.</summary>
internal sealed record AgentCode(long AgentId, string Code, DateTimeOffset ExpiresAt, string CaFingerprint)
{
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("AgentId = ").Append(AgentId);
        return true;
    }
}

/// <summary>One-time codes with which agents enrol: 28 signs with 135 random bits, good for 24 hours; SHA-256 is kept, which needs no key at that size.</summary>
internal sealed class AgentCodes(FleetRepository fleet, ICertificateAuthority authority, TimeProvider time)
{
    private const int Signs = 28;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(24);

    /// <summary>Makes a code for an agent of a site in place of an older one, <paramref name="hosted"/> for the one inside the server; null with a reason in words when there is no such site or the agent belongs elsewhere. The code is told here only.</summary>
    public async Task<(AgentCode? Code, string? Fault)> MakeAsync(long orgId, string name, string site, string actor, bool hosted, CancellationToken cancellationToken)
    {
        var code = HumanCode.Generate(Signs);
        var until = time.GetUtcNow() + s_lifetime;
        var (id, fault) = await fleet.PutCodeAsync(orgId, name, site, Hash(code)!, until, actor, hosted, cancellationToken);
        return id is { } agent ? (new AgentCode(agent, code, until, authority.Fingerprint), null) : (null, fault);
    }

    /// <summary>The hash to look up; null for what can't be a code.</summary>
    public static byte[]? Hash(string shown) =>
        HumanCode.Normalize(shown, Signs) is { } signs ? SHA256.HashData(Encoding.ASCII.GetBytes("copytrack fleet agent " + signs)) : null;
}
