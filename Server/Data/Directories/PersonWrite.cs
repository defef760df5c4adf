using System.Collections.Immutable;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Data.Directories;

/// <summary>All that replication writes of one person.</summary>
internal sealed record PersonWrite
{
    /// <summary>The person as it is to be.</summary>
    public required PersonRow Row { get; init; }

    /// <summary>True when it is not stored yet.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Its entry: id, key of the name, prints.</summary>
    public required byte[] Uuid { get; init; }
    public required byte[] DnKey { get; init; }
    public required byte[] Print { get; init; }
    public required byte[] GroupsPrint { get; init; }

    /// <summary>The directory's groups in whole; default leaves them as they are.</summary>
    public ImmutableArray<string> Groups { get; init; }

    /// <summary>Principals beside the first, all of them.</summary>
    public ImmutableArray<string> OtherPrincipals { get; init; } = [];

    /// <summary>The SID of the group that only the entry itself names.</summary>
    public byte[]? PrimaryGroup { get; init; }

    /// <summary>Cards to take away, by id.</summary>
    public ImmutableArray<long> DroppedCards { get; init; } = [];

    /// <summary>Cards to give.</summary>
    public ImmutableArray<CardRow> AddedCards { get; init; } = [];

    /// <summary>For the audit log: the action, and which columns.</summary>
    public required string Action { get; init; }
    public required string Columns { get; init; }

    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("person:").Append(Row.Id);
        return true;
    }
}
