using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Identity.Replication;

/// <summary>A person as the directory says, checked and in our form. Holds card numbers: it is not printed.</summary>
public sealed class DirectoryPerson
{
    /// <summary>entryUUID or objectGUID: 16 octets that stay through renames and moves.</summary>
    public required byte[] Uuid { get; init; }

    /// <summary>The key by which groups name the entry (<see cref="MemberKey"/>).</summary>
    public required byte[] DnKey { get; init; }

    /// <summary>The user name.</summary>
    public required string UserName { get; init; }

    /// <summary>The texts in the order of <see cref="Columns"/>; null for none.</summary>
    public required ImmutableArray<string?> Texts { get; init; }

    /// <summary>Principals beside the first, each once, in order.</summary>
    public ImmutableArray<string> OtherPrincipals { get; init; } = [];

    /// <summary>The SID of the group that Active Directory holds in <c>primaryGroupID</c> and in no member list; null without one.</summary>
    public byte[]? PrimaryGroup { get; init; }

    /// <summary>Card numbers in canonical form, each once.</summary>
    public ImmutableArray<string> Cards { get; init; } = [];

    /// <summary>Keys of the groups that the entry itself names (memberOf), with the groups' names.</summary>
    public ImmutableArray<(byte[] Key, string? Name)> MemberOf { get; init; } = [];

    /// <summary>Null for an account that may be used; else why not (<c>disabled</c>, <c>expired</c>, <c>locked</c>).</summary>
    public string? Inactive { get; init; }

    /// <summary>Values that were left out, and why; no values in it.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];

    /// <summary>Names of the texts.</summary>
    public static ImmutableArray<string> Columns { get; } = ["displayName", "email", "department", "costCentre", "language", "principal"];

    /// <summary>Writes all that makes this person, as one text in UTF-8: equal people have equal texts.</summary>
    public void WriteCanonical(ArrayBufferWriter<byte> text)
    {
        Add(text, UserName);
        foreach (var part in Texts)
        {
            Add(text, "\u001F", part ?? "\u0001");
        }

        Add(text, "\u001F", Inactive ?? "\u0001");
        foreach (var card in Cards.Length > 1 ? Cards.Sort(StringComparer.Ordinal) : Cards)
        {
            Add(text, "\u001F", card);
        }

        foreach (var principal in OtherPrincipals)
        {
            Add(text, "\u001F\u0002", principal);
        }

        if (PrimaryGroup is not null)
        {
            Add(text, "\u001F\u0003", Convert.ToHexString(PrimaryGroup));
        }
    }

    private static void Add(ArrayBufferWriter<byte> text, string first, string second = "")
    {
        foreach (var part in (ReadOnlySpan<string>)[first, second])
        {
            text.Advance(Encoding.UTF8.GetBytes(part, text.GetSpan(Encoding.UTF8.GetMaxByteCount(part.Length))));
        }
    }
}

/// <summary>What became of an entry.</summary>
public abstract record MapOutcome
{
    private MapOutcome() { }

    /// <summary>A person.</summary>
    public sealed record Person(DirectoryPerson Value) : MapOutcome;

    /// <summary>It is there but can't be a person; whoever came from it stays as they are.</summary>
    public sealed record Unusable(string Reason) : MapOutcome;
}
