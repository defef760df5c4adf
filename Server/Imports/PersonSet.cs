using System.Collections.Immutable;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Imports;

/// <summary>What a person was (null when new) and is to be, and which parts differ.</summary>
public sealed record PersonChange(PersonState? Before, PersonState After, ImmutableArray<string> Columns)
{
    // Names, mail addresses and hashes hang on it.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("person:").Append(After.Row.Id);
        return true;
    }
}

/// <summary>The working copy of people: those an import has touched so far, and who has which card and PIN.</summary>
public sealed class PersonSet
{
    /// <summary>People by folded name; null means that there is none.</summary>
    internal Dictionary<string, PersonState?> ByName { get; } = new(StringComparer.Ordinal);

    /// <summary>Owners of cards by key and hash; null means free.</summary>
    internal Dictionary<string, long?> CardOwners { get; } = new(StringComparer.Ordinal);

    /// <summary>Owners of PINs by key and hash; null means free.</summary>
    internal Dictionary<string, long?> PinOwners { get; } = new(StringComparer.Ordinal);

    /// <summary>How many people the organisation has; null until counted.</summary>
    internal long? Users { get; set; }

    internal static string Key(KeyedHash hash) => Key(hash.KeyId, hash.Hash.Span);

    internal static string Key(string keyId, ReadOnlySpan<byte> hash) => string.Concat(keyId, ":", Convert.ToHexString(hash));
}
