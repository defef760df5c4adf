using Dapper;

namespace CopyTrack.Server.Data.Privacy;

/// <summary>What an erasure would take away, and what would stay under a number that means nobody. Counts of rows; <see cref="Pages"/> are impressions.</summary>
public sealed record ErasePreview
{
    /// <summary>The person and whoever was merged into them.</summary>
    public long RowsOfThem { get; init; }

    public long Cards { get; init; }

    public long Pins { get; init; }

    public long Groups { get; init; }

    /// <summary>Projects that they may use by name, and favourites.</summary>
    public long Projects { get; init; }

    /// <summary>Logins at terminals whose link to the person goes.</summary>
    public long Logins { get; init; }

    /// <summary>Sessions of the web.</summary>
    public long SignIns { get; init; }

    /// <summary>Walk-ups, which stay.</summary>
    public long WalkUps { get; init; }

    /// <summary>Pages, which stay.</summary>
    public long Pages { get; init; }

    /// <summary>Counts for a person as they stand now; zeros for somebody whom the organisation does not have.</summary>
    public static Task<ErasePreview> OfAsync(IDatabase database, long orgId, long id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleAsync<ErasePreview>(new CommandDefinition(database.Sql["Erase_Preview"], new { orgId, id }, cancellationToken: ct)), cancellationToken);
}
