using System.Collections.Immutable;

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

    /// <summary>All that makes this person, as one text: equal people have equal texts.</summary>
    public string Canonical()
    {
        var text = new System.Text.StringBuilder(UserName, 256);
        foreach (var part in Texts)
        {
            text.Append('\u001F').Append(part ?? "\u0001");
        }

        text.Append('\u001F').Append(Inactive ?? "\u0001");
        foreach (var card in Cards.Length > 1 ? Cards.Sort(StringComparer.Ordinal) : Cards)
        {
            text.Append('\u001F').Append(card);
        }

        foreach (var principal in OtherPrincipals)
        {
            text.Append('\u001F').Append('\u0002').Append(principal);
        }

        return PrimaryGroup is null ? text.ToString() : text.Append('\u001F').Append('\u0003').Append(Convert.ToHexString(PrimaryGroup)).ToString();
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
