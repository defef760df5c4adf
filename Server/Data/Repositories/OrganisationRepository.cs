using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Organisations by name. A site with one never sees it: the default has id 1.</summary>
public sealed class OrganisationRepository(IDatabase database)
{
    /// <summary>Id of the default organisation.</summary>
    public const long DefaultId = 1;

    /// <summary>Name of the default organisation.</summary>
    public const string DefaultName = "default";

    /// <summary>The id of the organisation of that name (case does not matter), or null.</summary>
    public Task<long?> FindAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            database.Sql["Organisation_Find"], new { folded = NameFolding.Fold(name) }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>The name for people; null until somebody gave one.</summary>
    public Task<string?> TitleAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.ExecuteScalarAsync<string?>(new CommandDefinition(database.Sql["Organisation_Title"], new { id }, cancellationToken: ct)), cancellationToken);

    /// <summary>Gives an organisation its name for people. Throws <see cref="ArgumentException"/> for an empty one or one of more than 100 characters.</summary>
    public async Task SetTitleAsync(long id, string title, string actor, AuditLog audit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(title.Length, 100);
        var before = await TitleAsync(id, cancellationToken);
        await database.WriteAsync(
            async (c, ct) =>
            {
                await audit.AddAsync(c, id, actor, "named", $"organisation:{id}", before, title, ct);
                return await c.ExecuteAsync(new CommandDefinition(database.Sql["Organisation_SetTitle"], new { id, title }, cancellationToken: ct));
            },
            cancellationToken);
    }
}
