using System.Data.Common;
using System.Security.Cryptography;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A code as stored.</summary>
public sealed record EnrolCodeRow
{
    public required byte[] Hash { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required long WrongTries { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
    public byte[]? UsedKeyHash { get; init; }
    public byte[]? Certificate { get; init; }
}

/// <summary>A certificate to be kept.</summary>
public sealed record IssuedCertificate(string Serial, byte[] Raw, byte[] KeyHash, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>One-time codes and the certificates that they were exchanged for.</summary>
public sealed class EnrolmentRepository(IDatabase database)
{
    /// <summary>Wrong tries that kill a code.</summary>
    public const int MaxWrongTries = 5;

    /// <summary>Time in which the same code and the same key get the same certificate again.</summary>
    public static readonly TimeSpan Repeat = TimeSpan.FromMinutes(10);

    /// <summary>Keeps the hash of a new code in place of an older one; false when there is no such terminal.</summary>
    public Task<bool> PutCodeAsync(string terminalId, byte[] hash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) => await ExecuteAsync(connection, "EnrolCode_Put", new { terminalId, hash, now, expiresAt }, ct) > 0,
        cancellationToken);

    /// <summary>
    /// Whether a code would be taken now (for some key: a used one still may be, for its own). A wrong one is counted. <paramref name="hash"/> is null for
    /// what can't be a code.
    /// </summary>
    public Task<bool> TryAsync(string terminalId, byte[]? hash, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var row = await FindAsync(connection, terminalId, ct);
            if (row is null || row.WrongTries >= MaxWrongTries)
            {
                return false;
            }
            if (hash is null || !CryptographicOperations.FixedTimeEquals(hash, row.Hash))
            {
                await ExecuteAsync(connection, "EnrolCode_CountWrong", new { terminalId, row.Hash }, ct);
                return false;
            }
            return row.UsedAt is { } used ? now < used + Repeat : now < row.ExpiresAt;
        },
        cancellationToken);

    /// <summary>
    /// Exchanges a code for the certificate that <paramref name="issue"/> makes, or for the one that the same key got less than ten minutes ago.
    /// Null when the code is not good, or was used with another key. <paramref name="issue"/> may run more than once.
    /// </summary>
    public Task<byte[]?> RedeemAsync(string terminalId, byte[] hash, byte[] keyHash, DateTimeOffset now, Func<IssuedCertificate> issue, CancellationToken cancellationToken) =>
        database.WriteAsync<byte[]?>(
            async (connection, ct) =>
            {
                var row = await FindAsync(connection, terminalId, ct);
                if (row is null || row.WrongTries >= MaxWrongTries || !CryptographicOperations.FixedTimeEquals(hash, row.Hash))
                {
                    return null;
                }
                if (row.UsedAt is { } used)
                {
                    return now < used + Repeat && row.UsedKeyHash is { } known && CryptographicOperations.FixedTimeEquals(known, keyHash) ? row.Certificate : null;
                }
                if (now >= row.ExpiresAt)
                {
                    return null;
                }
                var issued = issue();
                // Two at once with one code: the condition lets one through.
                if (await ExecuteAsync(connection, "EnrolCode_Use", new { terminalId, hash, now, keyHash, certificate = issued.Raw }, ct) == 0)
                {
                    return null;
                }
                await AddAsync(connection, terminalId, issued, ct);
                await ExecuteAsync(connection, "Terminal_Admit", new { terminalId, now }, ct);
                return issued.Raw;
            },
            cancellationToken);

    /// <summary>Keeps a renewed certificate; the older ones go on until they run out, because the reply may get lost.</summary>
    public Task RenewAsync(string terminalId, IssuedCertificate issued, CancellationToken cancellationToken) =>
        database.WriteAsync(async (connection, ct) => await AddAsync(connection, terminalId, issued, ct), cancellationToken);

    private Task<int> AddAsync(DbConnection connection, string terminalId, IssuedCertificate issued, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        "TerminalCertificate_Add",
        new { terminalId, issued.Serial, fingerprint = SHA256.HashData(issued.Raw), issued.KeyHash, issued.IssuedAt, issued.ExpiresAt },
        cancellationToken);

    private Task<EnrolCodeRow?> FindAsync(DbConnection connection, string terminalId, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<EnrolCodeRow?>(new CommandDefinition(database.Sql["EnrolCode_Find"], new { terminalId }, cancellationToken: cancellationToken));

    private Task<int> ExecuteAsync(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken));
}
