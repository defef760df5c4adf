namespace CopyTrack.Server.Data;

/// <summary>The SQL that a database speaks; names of the folders of statements and migrations.</summary>
public enum Dialect
{
    /// <summary>SQLite in the data directory: one process writes at a time.</summary>
    Sqlite,

    /// <summary>PostgreSQL: any number of nodes.</summary>
    PostgreSql,
}
