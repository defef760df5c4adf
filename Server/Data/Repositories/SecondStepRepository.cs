using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>The second step of web accounts: the sealed secret, the last time step that was used, and recovery codes.</summary>
public sealed class SecondStepRepository(IDatabase database, AuditLog audit, TimeProvider time)
{
    /// <summary>Keeps a second step with its recovery codes in place of what was there, and ends the account's other sessions but <paramref name="keep"/>.</summary>
    public Task SetAsync(AccountRow account, byte[] sealedSecret, long usedStep, IReadOnlyList<byte[]> recoveryCodes, byte[] keep, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(account, sealedSecret, usedStep, recoveryCodes, keep, actor, "account.secondStep", cancellationToken);

    /// <summary>Takes the second step away, so that the next sign-in sets one up; ends the account's sessions.</summary>
    public Task ResetAsync(AccountRow account, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(account, null, null, [], [], actor, "account.secondStepReset", cancellationToken);

    /// <summary>Other recovery codes in place of those that were.</summary>
    public Task SetRecoveryAsync(AccountRow account, IReadOnlyList<byte[]> recoveryCodes, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            await RecoveryAsync(connection, account.Id, recoveryCodes, ct);
            await audit.AddAsync(connection, account.OrgId, actor, "account.recoveryCodes", $"account:{account.Id}", null, null, ct);
            return true;
        },
        cancellationToken);

    /// <summary>Uses up a time step; false when it, or a later one, was used already: on whatever node.</summary>
    public Task<bool> UseStepAsync(long accountId, long step, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) => await connection.ExecuteAsync(new CommandDefinition(database.Sql["Account_UseStep"], new { id = accountId, step }, cancellationToken: ct)) > 0,
        cancellationToken);

    /// <summary>Uses up a recovery code; false when there is none such.</summary>
    public Task<bool> UseRecoveryAsync(AccountRow account, byte[] code, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await connection.ExecuteAsync(new CommandDefinition(database.Sql["RecoveryCode_Use"], new { id = account.Id, hash = code }, cancellationToken: ct)) == 0)
            {
                return false;
            }

            await audit.AddAsync(connection, account.OrgId, $"account:{account.Id}", "account.recoveryCodeUsed", $"account:{account.Id}", null, null, ct);
            return true;
        },
        cancellationToken);

    /// <summary>How many recovery codes are left.</summary>
    public Task<long> CountRecoveryAsync(long accountId, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["RecoveryCode_Count"], new { id = accountId }, cancellationToken: ct)), cancellationToken);

    private Task ChangeAsync(
        AccountRow account, byte[]? secret, long? step, IReadOnlyList<byte[]> recoveryCodes, byte[] keep, string actor, string action, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, ct) =>
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    database.Sql["Account_SetSecondStep"], new { id = account.Id, orgId = account.OrgId, secret, step, now = time.GetUtcNow() }, cancellationToken: ct));
                await RecoveryAsync(connection, account.Id, recoveryCodes, ct);
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["WebSession_EndOfAccount"], new { id = account.Id, keep }, cancellationToken: ct));
                await audit.AddAsync(connection, account.OrgId, actor, action, $"account:{account.Id}", null, null, ct);
                return true;
            },
            cancellationToken);

    private async Task RecoveryAsync(DbConnection connection, long id, IReadOnlyList<byte[]> codes, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["RecoveryCode_Clear"], new { id }, cancellationToken: cancellationToken));
        foreach (var hash in codes)
        {
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["RecoveryCode_Add"], new { id, hash }, cancellationToken: cancellationToken));
        }
    }
}
