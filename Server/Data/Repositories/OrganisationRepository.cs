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
}
