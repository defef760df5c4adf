using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Settings that are kept in the database because all nodes share them, as the global card-number rule.</summary>
public sealed class SettingRepository(IDatabase database, AuditLog audit, TimeProvider time)
{
    /// <summary>Name of the global card-number rule.</summary>
    public const string CardRules = "Cards:Rules";

    /// <summary>The value, or null when it is not set.</summary>
    public Task<string?> GetAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.ExecuteScalarAsync<string?>(new CommandDefinition(database.Sql["Setting_Get"], new { name }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>Sets the value; null removes it.</summary>
    public Task SetAsync(string name, string? value, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            await SetAsync(connection, name, value, actor, ct);
            return true;
        },
        cancellationToken);

    /// <summary>Sets the value in the caller's transaction; null removes it.</summary>
    public async Task SetAsync(DbConnection connection, string name, string? value, string actor, CancellationToken cancellationToken)
    {
        var before = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(database.Sql["Setting_Get"], new { name }, cancellationToken: cancellationToken));
        if (before != value)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                database.Sql[value is null ? "Setting_Delete" : "Setting_Put"], new { name, value, now = time.GetUtcNow() }, cancellationToken: cancellationToken));
            await audit.AddAsync(connection, OrganisationRepository.DefaultId, actor, "setting.change", $"setting:{name}", before, value, cancellationToken);
        }
    }
}
