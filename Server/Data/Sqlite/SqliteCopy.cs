using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>
/// A copy of the embedded database, made before a new version changes it, and put back when that version does not work. Whoever opens the database for others removes it first: as long as a
/// copy is there, nothing was acknowledged since it was made, and putting it back loses nothing.
/// </summary>
internal static class SqliteCopy
{
    private const string CopyFile = SqliteDatabase.FileName + ".before", Unfinished = ".new";

    private static readonly string[] s_beside = ["-wal", "-shm", "-journal"];

    /// <summary>Copies the database of a data directory while nobody serves it; nothing to do where there is none. The copy is there whole, or not at all. Throws <see cref="IOException"/> or <see cref="SqliteException"/> when the disk does not take it.</summary>
    public static void Make(string directory)
    {
        var (database, copy) = Files(directory);
        Forget(directory);
        if (!File.Exists(database))
        {
            return;
        }

        using (var from = Open(database, SqliteOpenMode.ReadWrite))
        using (var to = Open(copy + Unfinished, SqliteOpenMode.ReadWriteCreate))
        {
            from.BackupDatabase(to);
        }

        using (var written = new FileStream(copy + Unfinished, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        File.Move(copy + Unfinished, copy);
    }

    /// <summary>True while there is a copy that may be put back.</summary>
    public static bool IsThere(string directory) => File.Exists(Files(directory).Copy);

    /// <summary>Puts the copy in the database's place; false when there is none. May be repeated when it was broken off. Throws <see cref="IOException"/>.</summary>
    public static bool PutBack(string directory)
    {
        var (database, copy) = Files(directory);
        if (!File.Exists(copy))
        {
            return false;
        }

        // What the other version wrote goes first: beside the copy it would be taken for its own.
        foreach (var beside in s_beside)
        {
            File.Delete(database + beside);
        }

        File.Move(copy, database, overwrite: true);
        return true;
    }

    /// <summary>Removes the copy, for whoever is about to open the database for others.</summary>
    public static void Forget(string directory)
    {
        var (_, copy) = Files(directory);
        foreach (var file in (string[])[copy, copy + Unfinished, .. s_beside.Select(b => copy + Unfinished + b)])
        {
            File.Delete(file);
        }
    }

    private static (string Database, string Copy) Files(string directory)
    {
        var whole = Path.GetFullPath(directory);
        return (Path.Combine(whole, SqliteDatabase.FileName), Path.Combine(whole, CopyFile));
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }
}
