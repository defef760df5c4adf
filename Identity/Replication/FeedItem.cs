using System.Collections.Immutable;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>What to read of a directory: one kind of entries.</summary>
public sealed record FeedScope
{
    /// <summary>Where it begins.</summary>
    public required string BaseDn { get; init; }

    /// <summary>Whom it finds.</summary>
    public required LdapFilter Filter { get; init; }

    /// <summary>What it asks for, the id included.</summary>
    public required ImmutableArray<string> Attributes { get; init; }

    /// <summary>Which attribute holds the id: <c>entryUUID</c> or <c>objectGUID</c>.</summary>
    public required string IdAttribute { get; init; }

    /// <summary>Class that all of these have in Active Directory, to look for changes without the filter; null without.</summary>
    public string? AdClass { get; init; }

    /// <summary>Controls for every search that reads entries.</summary>
    public ImmutableArray<LdapControl> Controls { get; init; } = [];

    /// <summary>Entries of a page; 1000 is what Active Directory gives at most.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Most entries of a listing; a server that sends more is lying or the base is wrong.</summary>
    public int MaxEntries { get; init; } = 1_000_000;
}

/// <summary>How far a directory has been read.</summary>
/// <param name="Method">How: <c>syncrepl</c>, <c>dirSync</c>, <c>usn</c> or <c>modifyTimestamp</c>.</param>
/// <param name="Value">The cookie, or the position as text in UTF-8.</param>
/// <param name="Server">The server whose position it is, where another's has no meaning; null when any server knows it.</param>
public sealed record FeedPosition(string Method, ReadOnlyMemory<byte> Value, string? Server);

/// <summary>Something that a directory tells.</summary>
public abstract record FeedItem
{
    private FeedItem() { }

    /// <summary>An entry, whole.</summary>
    public sealed record Entry(byte[] Uuid, LdapEntry Value) : FeedItem;

    /// <summary>An entry is there and is as it was.</summary>
    public sealed record Present(ReadOnlyMemory<byte> Uuid) : FeedItem;

    /// <summary>An entry is gone, or no longer one that is asked for.</summary>
    public sealed record Deleted(ReadOnlyMemory<byte> Uuid) : FeedItem;

    /// <summary>A part of the tree is at another server; it is not followed.</summary>
    public sealed record Referral(string Uri) : FeedItem;

    /// <summary>An entry without an id: who it is can't be told, so nobody may be taken for gone.</summary>
    public sealed record Nameless : FeedItem;

    /// <summary>The end. <paramref name="Whole"/>: what was neither an entry nor present is gone. The position is where the next look begins; null when there is none.</summary>
    public sealed record End(FeedPosition? Position, bool Whole) : FeedItem;
}
