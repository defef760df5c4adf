using CopyTrack.Server.Data.Sqlite;
using Dapper;

namespace CopyTrack.Server.Data;

/// <summary>Tells whether there is a database to read, for those who must not make an empty one and call it good.</summary>
internal static class DatabasePresence
{
    private const string Next = "or make one there with 'copytrack migrate'";

    /// <summary>
    /// Null when the options name a database that was made by this program; else the key, what is missing where, and the next step, in one line. Makes neither folder nor file. Throws
    /// <see cref="StorageUnavailableException"/> when it is not reached.
    /// </summary>
    public static async Task<(string Key, string Reason)?> AbsenceAsync(DataOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var embedded = options.GetDialect() == Dialect.Sqlite;
        var path = Path.Combine(Path.GetFullPath(options.Directory), SqliteDatabase.FileName);
        if (!embedded || File.Exists(path))
        {
            await using var database = DataServices.Open(options, logger);
            if (await database.ReadAsync((connection, ct) => connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["Migration_Made"], cancellationToken: ct)), cancellationToken) > 0)
            {
                return null;
            }
        }

        return embedded
            ? ("Data:Directory", $"there is no database in {Path.GetDirectoryName(path)} ({SqliteDatabase.FileName} is missing or empty); name the server's folder with --Data:Directory=DIR, {Next}")
            : ("Data:ConnectionString", $"the database that it names holds nothing of this program; name the server's database, {Next}");
    }
}
