using System.Collections.Immutable;
using CopyTrack.Identity.Secrets;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A web account as stored.</summary>
public sealed record AccountRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public required string PasswordHash { get; init; }
    public required string Role { get; init; }
    public string? Scope { get; init; }
    public bool Enabled { get; init; } = true;
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    /// <summary>Sealed secret of the second step; null until one is set up.</summary>
    public byte[]? TotpSecret { get; init; }
    /// <summary>The last time step whose code was used.</summary>
    public long? TotpStep { get; init; }

    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id).Append(", Role = ").Append(Role);
        return true;
    }
}

/// <summary>Web accounts, and the one-time code that makes the first administrator.</summary>
public sealed class AccountRepository(IDatabase database, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>How long a set-up code is good.</summary>
    public static readonly TimeSpan SetupLifetime = TimeSpan.FromHours(24);

    /// <summary>The account of that name (case does not matter), also a disabled one, or null.</summary>
    public Task<AccountRow?> FindAsync(long orgId, string name, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<AccountRow>(new CommandDefinition(
            database.Sql["Account_FindByName"], new { orgId, folded = NameFolding.Fold(name) }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>The account of that id, or null.</summary>
    public Task<AccountRow?> GetAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<AccountRow>(new CommandDefinition(database.Sql["Account_Get"], new { id }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>All accounts by name, disabled ones too.</summary>
    public Task<IReadOnlyList<AccountRow>> ListAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AccountRow>>(
        async (connection, ct) => (await connection.QueryAsync<AccountRow>(new CommandDefinition(database.Sql["Account_List"], new { orgId }, cancellationToken: ct))).AsList(),
        cancellationToken);

    /// <summary>Switches an account on or off, which ends its sessions; false when it was so already or is the last administrator who could still sign in.</summary>
    public Task<bool> SetEnabledAsync(AccountRow account, bool enabled, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await connection.ExecuteAsync(new CommandDefinition(
                database.Sql["Account_SetEnabled"], new { id = account.Id, orgId = account.OrgId, enabled = enabled ? 1 : 0, now = time.GetUtcNow() }, cancellationToken: ct)) == 0)
            {
                return false;
            }

            await EndSessionsAsync(connection, account.Id, [], ct);
            await audit.AddAsync(connection, account.OrgId, actor, enabled ? "account.enable" : "account.disable", $"account:{account.Id}", new AuditValues().Add("enabled", account.Enabled, enabled), ct);
            return true;
        },
        cancellationToken);

    /// <summary>True when there is an enabled administrator, so that the set-up code is of no use any more.</summary>
    public Task<bool> HasAdministratorAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => await connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["Account_CountAdministrators"], cancellationToken: ct)) > 0,
        cancellationToken);

    /// <summary>
    /// Inserts an account; null when the name is taken. <paramref name="password"/> must have the length that <see cref="PasswordHash"/> asks for.
    /// </summary>
    public async Task<AccountRow?> AddAsync(long orgId, string name, string password, string role, string? scope, string actor, CancellationToken cancellationToken)
    {
        var account = New(orgId, name, password, role, scope);
        try
        {
            return await database.WriteAsync((connection, ct) => InsertAsync(connection, account, actor, ct), cancellationToken);
        }
        catch (Exception ex) when (database.IsUniqueViolation(ex))
        {
            return null;
        }
    }

    /// <summary>Replaces an account's password, which ends its sessions but the one of hash <paramref name="keep"/>.</summary>
    public Task SetPasswordAsync(AccountRow account, string password, string actor, byte[]? keep, CancellationToken cancellationToken)
    {
        var hash = PasswordHash.Create(password);
        return database.WriteAsync(
            async (connection, ct) =>
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    database.Sql["Account_SetPassword"], new { id = account.Id, hash, now = time.GetUtcNow() }, cancellationToken: ct));
                await EndSessionsAsync(connection, account.Id, keep ?? [], ct);
                await audit.AddAsync(connection, account.OrgId, actor, "account.password", $"account:{account.Id}", null, null, ct);
                return true;
            },
            cancellationToken);
    }

    /// <summary>
    /// Gives an account another role and scope (null: everything), which ends its sessions; false when it has them already, when somebody else has changed them since it was read, or when nobody else could administer everything.
    /// </summary>
    public Task<bool> SetRoleAsync(AccountRow account, string role, string? scope, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await connection.ExecuteAsync(new CommandDefinition(
                database.Sql["Account_SetRole"], new { id = account.Id, orgId = account.OrgId, wasRole = account.Role, wasScope = account.Scope, role, scope, now = time.GetUtcNow() }, cancellationToken: ct)) == 0)
            {
                return false;
            }

            await EndSessionsAsync(connection, account.Id, [], ct);
            await audit.AddAsync(connection, account.OrgId, actor, "account.role", $"account:{account.Id}", RoleText(account.Role, account.Scope), RoleText(role, scope), ct);
            return true;
        },
        cancellationToken);

    /// <summary>Makes this the one set-up code, for an account of that role and scope (one kind=name a line; null: everything).</summary>
    public Task PutSetupCodeAsync(KeyedHash code, string role, string? scope, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var now = time.GetUtcNow();
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["SetupCode_End"], cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(
                database.Sql["SetupCode_Add"], new { hash = code.Hash.ToArray(), role, scope, now, expiresAt = now + SetupLifetime }, cancellationToken: ct));
            await audit.AddAsync(connection, OrganisationRepository.DefaultId, actor, "setupCode.add", "setupCode", null, RoleText(role, scope), ct);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Makes the account that a set-up code is for, in one transaction: the code is used up by success only. Null when the code is wrong, used
    /// or expired, or the name is taken. <paramref name="codes"/> are the hashes under all live keys.
    /// </summary>
    public async Task<AccountRow?> SetUpAsync(ImmutableArray<KeyedHash> codes, string name, string password, CancellationToken cancellationToken)
    {
        var account = New(OrganisationRepository.DefaultId, name, password, "", null);
        try
        {
            return await database.WriteAsync(
                async (connection, ct) => await connection.QuerySingleOrDefaultAsync<CodeRow>(new CommandDefinition(
                    database.Sql["SetupCode_Use"], new { hashes = codes.Select(code => code.Hash.ToArray()).ToList(), now = time.GetUtcNow() }, cancellationToken: ct)) is { } used
                    ? await InsertAsync(connection, account with { Role = used.Role, Scope = used.Scope }, "setupCode", ct)
                    : null,
                cancellationToken);
        }
        catch (Exception ex) when (database.IsUniqueViolation(ex))
        {
            return null;
        }
    }

    private AccountRow New(long orgId, string name, string password, string role, string? scope)
    {
        var now = time.GetUtcNow();
        return new AccountRow
        {
            Id = ids.Next(), OrgId = orgId, Name = name.Trim(), NameFolded = NameFolding.Fold(name), PasswordHash = PasswordHash.Create(password),
            Role = role, Scope = scope, CreatedAt = now, UpdatedAt = now,
        };
    }

    private Task<int> EndSessionsAsync(System.Data.Common.DbConnection connection, long id, byte[] keep, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(database.Sql["WebSession_EndOfAccount"], new { id, keep }, cancellationToken: cancellationToken));

    private async Task<AccountRow?> InsertAsync(System.Data.Common.DbConnection connection, AccountRow account, string actor, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["Account_Add"], account, cancellationToken: cancellationToken));
        await audit.AddAsync(connection, account.OrgId, actor, "account.add", $"account:{account.Id}", null, RoleText(account.Role, account.Scope), cancellationToken);
        return account;
    }

    private static string RoleText(string role, string? scope) => scope is null ? role : $"{role} {scope.Replace('\n', ' ')}";

    private sealed record CodeRow
    {
        public required string Role { get; init; }
        public string? Scope { get; init; }
    }
}
