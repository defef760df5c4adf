using CopyTrack.Server.Data;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>Base of tests that run on both databases: a fresh, migrated one for each fixture.</summary>
internal abstract class DatabaseFixture(Db db)
{
    private DataOptions? _options;
    private IDatabase? _database;

    /// <summary>Which one this is.</summary>
    protected Db Db { get; } = db;

    /// <summary>Options that name the fixture's database.</summary>
    protected DataOptions Options => _options!;

    /// <summary>The fixture's database.</summary>
    protected IDatabase Database => _database!;

    /// <summary>Ids for the fixture's rows.</summary>
    protected IdGenerator Ids { get; } = new(TimeProvider.System);

    [OneTimeSetUp]
    public async Task CreateAsync()
    {
        _options = await Databases.CreateAsync(Db);
        _database = DataServices.Open(_options, NullLogger.Instance);
    }

    [OneTimeTearDown]
    public async Task DropAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        if (_options is not null)
        {
            await Databases.DropAsync(_options);
        }
    }
}
