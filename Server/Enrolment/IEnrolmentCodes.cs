using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Enrolment;

/// <summary>What an administrator hands to whoever sets up a terminal. Its text form keeps the code out.</summary>
public sealed record EnrolmentCode(string TerminalId, string Code, DateTimeOffset ExpiresAt, string CaFingerprint)
{
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("TerminalId = ").Append(TerminalId);
        return true;
    }
}

/// <summary>One-time codes with which terminals enrol (docs/terminal-protocol.md §1).</summary>
public interface IEnrolmentCodes
{
    /// <summary>
    /// Makes a code for a terminal that exists, good for 24 hours and one enrolment; an older code of it is dead from now on.
    /// Null when there is no such terminal. The code is told here only; its hash is kept.
    /// </summary>
    Task<EnrolmentCode?> CreateAsync(string terminalId, CancellationToken cancellationToken);
}

/// <summary>Codes of 28 signs with 135 random bits; SHA-256 is kept, which needs no key at that size.</summary>
internal sealed class EnrolmentCodes(EnrolmentRepository repository, ICertificateAuthority authority, TimeProvider time) : IEnrolmentCodes
{
    /// <summary>Signs of a code: 27 of 5 random bits and one check sign.</summary>
    private const int Signs = 28;

    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(24);

    public async Task<EnrolmentCode?> CreateAsync(string terminalId, CancellationToken cancellationToken)
    {
        var code = HumanCode.Generate(Signs);
        var now = time.GetUtcNow();
        return await repository.PutCodeAsync(terminalId, Hash(code)!, now, now + s_lifetime, cancellationToken)
            ? new EnrolmentCode(terminalId, code, now + s_lifetime, authority.Fingerprint)
            : null;
    }

    /// <summary>The hash to compare; null for what can't be a code.</summary>
    public static byte[]? Hash(string shown) =>
        HumanCode.Normalize(shown, Signs) is { } signs ? SHA256.HashData(Encoding.ASCII.GetBytes("copytrack enrolment " + signs)) : null;
}
