using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Gateway;

/// <summary>Whether a certificate may connect.</summary>
internal enum Admission
{
    /// <summary>The terminal is known, neither it nor the certificate is revoked.</summary>
    Allowed,

    /// <summary>The terminal or the certificate is revoked, or the certificate is another terminal's.</summary>
    Refused,

    /// <summary>Not in memory: it may be younger than the last look at the database.</summary>
    Unknown,
}

/// <summary>Terminals and certificates that may connect, held in memory for the handshake.</summary>
public interface ITerminalDirectory
{
    /// <summary>Reads them anew. To be called after a revocation anywhere (outbox) and before the port opens.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);
}

/// <summary>Safe for use by many threads: the state is replaced as a whole.</summary>
internal sealed class TerminalDirectory(TerminalCertificateRepository certificates, TimeProvider time)
{
    private sealed record Snapshot(IReadOnlyDictionary<string, CertificateState> Certificates, IReadOnlyDictionary<string, bool> RevokedByTerminal);

    private Snapshot state = new(new Dictionary<string, CertificateState>(), new Dictionary<string, bool>());

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var terminals = await certificates.ListTerminalsAsync(cancellationToken);
        var issued = await certificates.ListAsync(time.GetUtcNow(), cancellationToken);
        Volatile.Write(ref state, new Snapshot(
            issued.ToDictionary(c => c.Serial, StringComparer.Ordinal),
            terminals.ToDictionary(t => t.TerminalId, t => t.Revoked, StringComparer.Ordinal)));
    }

    /// <summary>Judges from memory. <paramref name="serial"/> is null for a certificate of an added CA, which is not ours to know.</summary>
    public Admission Judge(string terminalId, string? serial)
    {
        var now = Volatile.Read(ref state);
        if (serial is null)
        {
            return !now.RevokedByTerminal.TryGetValue(terminalId, out var revoked) ? Admission.Unknown : revoked ? Admission.Refused : Admission.Allowed;
        }
        return now.Certificates.TryGetValue(serial, out var issued) ? Judge(terminalId, issued) : Admission.Unknown;
    }

    /// <summary>Judges from the database what memory does not know.</summary>
    public async Task<bool> IsAllowedAsync(string terminalId, string? serial, CancellationToken cancellationToken)
    {
        if (serial is null)
        {
            var terminal = await certificates.FindTerminalAsync(terminalId, cancellationToken);
            return terminal is { Revoked: false };
        }
        var issued = await certificates.FindAsync(serial, cancellationToken);
        return issued is not null && Judge(terminalId, issued) == Admission.Allowed;
    }

    private static Admission Judge(string terminalId, CertificateState issued) =>
        issued.Revoked || issued.TerminalRevoked || issued.TerminalId != terminalId ? Admission.Refused : Admission.Allowed;
}
