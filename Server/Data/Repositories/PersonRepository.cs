using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A person as stored. Columns are matched to members by name (underscores dropped), so members are settable and have no constructor.</summary>
public sealed record PersonRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string UserName { get; init; }
    public required string UserFolded { get; init; }
    public string? DisplayName { get; init; }
    public string? Email { get; init; }
    public string? Department { get; init; }
    public string? CostCentre { get; init; }
    public string? Language { get; init; }
    public string? Principal { get; init; }
    /// <summary>Functions, `;` between; null = what groups and the site's default give.</summary>
    public string? Functions { get; init; }
    public bool ProjectRequired { get; init; }
    public bool Enabled { get; init; } = true;
    public string Source { get; init; } = "local";
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>People, by organisation and folded user name.</summary>
public sealed class PersonRepository(IDatabase database)
{
    /// <summary>The person, or null when the organisation has none of that user name (case does not matter).</summary>
    public Task<PersonRow?> FindAsync(long orgId, string userName, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<PersonRow>(new CommandDefinition(
            database.Sql["Person_FindByName"], new { orgId, folded = NameFolding.Fold(userName) }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>Inserts the person or replaces what is stored under its organisation and name; true when it is new. The stored id wins over the given one.</summary>
    public Task<bool> PutAsync(PersonRow person, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) => await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            database.Sql["Person_Put"], person, cancellationToken: ct)) == person.Id,
        cancellationToken);
}
