namespace CopyTrack.Server.Data;

/// <summary>Where data is kept (section <c>Data</c> of the configuration).</summary>
public sealed record DataOptions
{
    /// <summary>Directory of the embedded database; made when absent. Default <c>./data</c>.</summary>
    public string Directory { get; init; } = "./data";

    /// <summary><c>sqlite</c> (default) or <c>postgres</c>.</summary>
    public string Provider { get; init; } = "sqlite";

    /// <summary>Npgsql connection string; needed with <c>postgres</c>, ignored with <c>sqlite</c>.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Lanes that write device changes at the same time on PostgreSQL; one connection each. 4 fills two cores of a database.</summary>
    public int JournalLanes { get; init; } = 4;

    /// <summary>Name of this node among the nodes of one database; owner of its claims.</summary>
    public string Node { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>How long a claim on a device lasts without being prolonged; another node takes its polling over after that.</summary>
    public TimeSpan ClaimLength { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The dialect that <see cref="Provider"/> names. Throws <see cref="ArgumentException"/> that names the key for anything else.</summary>
    public Dialect GetDialect() => Provider switch
    {
        "sqlite" => Dialect.Sqlite,
        "postgres" when !string.IsNullOrWhiteSpace(ConnectionString) => Dialect.PostgreSql,
        "postgres" => throw new ArgumentException("Data:ConnectionString: needed with Data:Provider=postgres"),
        _ => throw new ArgumentException("Data:Provider: must be sqlite or postgres"),
    };
}
