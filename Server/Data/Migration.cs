using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Server.Data;

/// <summary>One numbered change of the schema. <see cref="Hash"/> is the SHA-256 of its text in lower-case hex.</summary>
internal sealed record Migration(int Number, string Name, string Text, string Hash)
{
    /// <summary>The migrations of a dialect in order, numbered upwards from 1; a number may be left out.</summary>
    public static ImmutableArray<Migration> For(Dialect dialect)
    {
        var all = EmbeddedText.Under($"CopyTrack.Server.Data.Migrations.{dialect}.")
            .Select(file => new Migration(
                int.Parse(file.Name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), file.Name[5..], file.Text,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Text)))))
            .ToImmutableArray();
        return all.Zip(all.Skip(1)).All(pair => pair.First.Number < pair.Second.Number)
            ? all
            : throw new InvalidOperationException($"migrations of {dialect} are not numbered upwards");
    }

    /// <summary>
    /// Those of <paramref name="known"/> that are still to run, given what the database has recorded. Throws
    /// <see cref="DatabaseVersionException"/> when the database is newer than this program or an old migration has changed since.
    /// </summary>
    public static IReadOnlyList<Migration> Pending(IReadOnlyList<Migration> known, IReadOnlyDictionary<int, string> recorded)
    {
        if (recorded.Keys.Any(number => number > known[^1].Number))
        {
            throw new DatabaseVersionException($"the database is at version {recorded.Keys.Max()}, this program knows {known[^1].Number}: use a newer program");
        }

        var changed = known.FirstOrDefault(m => recorded.TryGetValue(m.Number, out var hash) && hash != m.Hash);
        return changed is null
            ? [.. known.Where(m => !recorded.ContainsKey(m.Number))]
            : throw new DatabaseVersionException($"migration {changed.Number} ({changed.Name}) is not the one that made this database: restore the program that did, or the backup");
    }
}

/// <summary>The schema of the database does not fit this program; the message says which way and what to do.</summary>
public sealed class DatabaseVersionException(string message) : Exception(message);
