using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Whether a certificate of the own CA is still good.</summary>
public sealed record CertificateState
{
    /// <summary>Serial number, upper-case hex as .NET writes it.</summary>
    public required string Serial { get; init; }

    /// <summary>Terminal that it names.</summary>
    public required string TerminalId { get; init; }

    /// <summary>The certificate itself was revoked.</summary>
    public bool Revoked { get; init; }

    /// <summary>The terminal was revoked.</summary>
    public bool TerminalRevoked { get; init; }
}

/// <summary>A certificate of a terminal for looking at.</summary>
public sealed record TerminalCertificateRow
{
    public required string Serial { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>Whether a terminal may connect.</summary>
public sealed record TerminalState
{
    /// <summary>Terminal.</summary>
    public required string TerminalId { get; init; }

    /// <summary>The terminal was revoked.</summary>
    public bool Revoked { get; init; }
}

/// <summary>Certificates that the own CA issued to terminals.</summary>
public sealed class TerminalCertificateRepository(IDatabase database)
{
    /// <summary>All certificates that have not run out at <paramref name="now"/>.</summary>
    public Task<IReadOnlyList<CertificateState>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ListAsync<CertificateState>("TerminalCertificate_List", new { now }, cancellationToken);

    /// <summary>One certificate by serial number; null when it was not issued here.</summary>
    public async Task<CertificateState?> FindAsync(string serial, CancellationToken cancellationToken) =>
        (await ListAsync<CertificateState>("TerminalCertificate_Find", new { serial }, cancellationToken)).SingleOrDefault();

    /// <summary>All terminals.</summary>
    public Task<IReadOnlyList<TerminalState>> ListTerminalsAsync(CancellationToken cancellationToken) =>
        ListAsync<TerminalState>("Terminal_ListStates", null, cancellationToken);

    /// <summary>One terminal; null when there is none of that id.</summary>
    public async Task<TerminalState?> FindTerminalAsync(string terminalId, CancellationToken cancellationToken) =>
        (await ListAsync<TerminalState>("Terminal_FindState", new { terminalId }, cancellationToken)).SingleOrDefault();

    /// <summary>The newest certificates of a terminal.</summary>
    public Task<IReadOnlyList<TerminalCertificateRow>> OfTerminalAsync(string terminalId, CancellationToken cancellationToken) =>
        ListAsync<TerminalCertificateRow>("TerminalCertificate_OfTerminal", new { terminalId }, cancellationToken);

    private Task<IReadOnlyList<T>> ListAsync<T>(string statement, object? parameters, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<T>>(
        async (connection, ct) => (await connection.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: ct))).AsList(),
        cancellationToken);
}
