using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using CopyTrack.Identity.Replication;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Directories;

/// <summary>What one entry does to one person.</summary>
internal abstract record MergeOutcome
{
    private MergeOutcome() { }

    /// <summary>Nothing.</summary>
    public sealed record Same : MergeOutcome;

    /// <summary>Somebody comes, changes or comes back.</summary>
    public sealed record Write(PersonWrite What, MergeKind Kind, string Reason) : MergeOutcome
    {
        /// <summary>What did not fit and may fit at the end of the run; null when all did.</summary>
        public string? Unfit { get; init; }
    }

    /// <summary>It does not fit now: the user name belongs to <paramref name="Holder"/>.</summary>
    public sealed record Later(string Reason, long Holder) : MergeOutcome;
}

/// <summary>An entry with what was worked out of it once.</summary>
/// <param name="Entry">The entry and its print.</param>
/// <param name="Groups">Its groups.</param>
internal readonly record struct GroupedPerson(ReadPerson Entry, GroupNames Groups);

/// <summary>Names of groups, shared by all who are in the same ones, and their print.</summary>
internal sealed class GroupNames(ImmutableArray<string> names)
{
    public ImmutableArray<string> Names => names;

    public byte[] Print { get; } = PersonMerge.GroupsPrint(names);
}

/// <summary>A stored card's place in a table in memory: its key's id and the first half of its hash, which is a keyed one.</summary>
internal readonly record struct CardKey(string KeyId, UInt128 Hash)
{
    public static CardKey Of(string keyId, ReadOnlySpan<byte> hash) => new(keyId, EntryKey.Of(hash));
}

/// <summary>Kinds of writes.</summary>
internal enum MergeKind
{
    /// <summary>A new person.</summary>
    Added,

    /// <summary>A person at hand is the directory's from now on.</summary>
    Adopted,

    /// <summary>A change.</summary>
    Changed,

    /// <summary>Somebody who had gone is there again.</summary>
    Back,
}

/// <summary>What a batch of entries meets: loaded before it is decided, kept up to date while it is.</summary>
/// <param name="entries">About how many entries there are.</param>
internal sealed class MergeSet(int entries)
{
    /// <summary>Links by entry.</summary>
    public Dictionary<UInt128, LinkRow> Links { get; } = [];

    /// <summary>People by id.</summary>
    public Dictionary<long, PersonRow> People { get; } = [];

    /// <summary>Who has which folded user name.</summary>
    public Dictionary<string, long> Names { get; } = new(entries, StringComparer.Ordinal);

    /// <summary>Cards of people.</summary>
    public Dictionary<long, List<CardRow>> Cards { get; } = [];

    /// <summary>Who has which card.</summary>
    public Dictionary<CardKey, long> Owners { get; } = new(entries);

    /// <summary>The hashes under which a card may be stored, worked out once for each number.</summary>
    public Dictionary<string, ImmutableArray<KeyedHash>> Hashes { get; } = new(StringComparer.Ordinal);

    /// <summary>People that came from a directory; the value tells since when their entry is gone.</summary>
    public Dictionary<long, long?> Linked { get; } = new(entries);
}

/// <summary>Decides what entries do to people. Pure but for new ids.</summary>
internal sealed class PersonMerge(PersonMap map, bool adopt, bool ownsGroups, string actor, long orgId, KeyRing ring, IdGenerator ids, DateTimeOffset now)
{
    private const string PrintKind = "directory";

    // What changed, of those who come: nearly all of a first listing.
    private static readonly string[] s_new = ["person", "person,groups", "person,cards", "person,groups,cards"];

    private static readonly string[] s_none = [];

    private static readonly List<CardRow> s_noCards = [];

    private static readonly HashSet<long> s_noneKept = [];

    private static readonly byte[] s_noGroups = SHA256.HashData([])[..16];

    /// <summary>The keyed print of a person as the directory says: cards are in it, so a bare hash would betray them. <paramref name="text"/> is room to work in.</summary>
    public byte[] Print(DirectoryPerson person, ArrayBufferWriter<byte> text)
    {
        text.ResetWrittenCount();
        person.WriteCanonical(text);
        Span<byte> hash = stackalloc byte[32];
        ring.Hash(PrintKind, orgId, text.WrittenSpan, hash);
        return hash[..16].ToArray();
    }

    /// <summary>The print of group names.</summary>
    public static byte[] GroupsPrint(ImmutableArray<string> groups) =>
        groups.IsEmpty ? s_noGroups : SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', groups)))[..16];

    /// <summary>True when nothing of the entry is new and nobody touched the person since.</summary>
    public static bool IsSame(LinkRow? link, DirectoryPerson person, byte[] print, byte[] groupsPrint) => link is { GoneAt: null } && link.WrittenAt == link.UpdatedAt
        && link.Print.AsSpan().SequenceEqual(print) && link.GroupsPrint.AsSpan().SequenceEqual(groupsPrint) && link.DnKey.AsSpan().SequenceEqual(person.DnKey);

    /// <summary>The hashes of a card, from the set when it has them.</summary>
    public ImmutableArray<KeyedHash> HashesOf(MergeSet set, string number) =>
        set.Hashes.TryGetValue(number, out var known) ? known : ring.Candidates(HashKinds.Card, orgId, number);

    /// <summary>The same, kept in the set for who asks again.</summary>
    public ImmutableArray<KeyedHash> LearnHashesOf(MergeSet set, string number) => set.Hashes[number] = HashesOf(set, number);

    /// <summary>The outcome for somebody who is not the same; the set is brought up to date with it.</summary>
    public MergeOutcome Decide(MergeSet set, GroupedPerson entry)
    {
        var person = entry.Entry.Person;
        var link = set.Links.TryGetValue(EntryKey.Of(person.Uuid), out var linked) ? linked : null;
        if (IsSame(link, person, entry.Entry.Print, entry.Groups.Print))
        {
            return new MergeOutcome.Same();
        }

        var folded = NameFolding.Fold(person.UserName);
        var holder = set.Names.TryGetValue(folded, out var found) ? found : (long?)null;
        var (kind, before) = (MergeKind.Changed, link is null ? null : set.People.GetValueOrDefault(link.PersonId));
        if (before is not null)
        {
            kind = link!.GoneAt is null ? MergeKind.Changed : MergeKind.Back;
            if (holder is { } other && other != before.Id)
            {
                return new MergeOutcome.Later("its user name belongs to someone else", other);
            }
        }
        else if (holder is { } at)
        {
            if (set.Linked.ContainsKey(at) || !adopt)
            {
                return new MergeOutcome.Later(adopt ? "its user name belongs to someone else" : "its user name belongs to a person at hand, and Adopt is off", at);
            }

            (kind, before) = (MergeKind.Adopted, set.People[at]);
        }
        else
        {
            kind = MergeKind.Added;
        }

        return Make(set, entry, folded, kind, before, link);
    }

    private MergeOutcome.Write Make(
        MergeSet set, GroupedPerson entry, string folded, MergeKind kind, PersonRow? before, LinkRow? link)
    {
        var ((person, print), groups, groupsPrint) = (entry.Entry, entry.Groups.Names, entry.Groups.Print);
        var row = before is null ? NewRow(person, folded) : Row(person, folded, before);
        var (dropped, added, taken) = Cards(set, row.Id, person);
        var regroup = ownsGroups && (link is null || !link.GroupsPrint.AsSpan().SequenceEqual(groupsPrint) || link.WrittenAt != link.UpdatedAt);
        var regrouped = regroup && (link is null ? !groups.IsEmpty : !link.GroupsPrint.AsSpan().SequenceEqual(groupsPrint));
        var recarded = dropped.Length + added.Length > 0;
        var moved = link is not null && !link.DnKey.AsSpan().SequenceEqual(person.DnKey);
        var columns = before is null && !moved ? s_new[(regrouped ? 1 : 0) + (recarded ? 2 : 0)] : Differences(before, row, regrouped, recarded, moved);
        var write = new PersonWrite
        {
            // A card that is taken may be free at the next look: the print is one that no entry has.
            Row = row, IsNew = before is null, Uuid = person.Uuid, DnKey = person.DnKey, Print = taken ? new byte[16] : print, GroupsPrint = groupsPrint, Groups = regroup ? groups : default,
            OtherPrincipals = person.OtherPrincipals, PrimaryGroup = person.PrimaryGroup,
            DroppedCards = dropped, AddedCards = added, Columns = columns,
            Action = kind switch { MergeKind.Added => "person.add", MergeKind.Adopted => "person.adopt", MergeKind.Back => "person.reactivate", _ => "person.change" },
        };
        Remember(set, before, write);
        var reason = kind switch
        {
            MergeKind.Added => person.Inactive is { } why ? $"new, {why} in the directory" : "new in the directory",
            MergeKind.Adopted => "was at hand, is the directory's now",
            MergeKind.Back => "is in the directory again",
            _ => before is not null && before.DirectoryEnabled != row.DirectoryEnabled ? person.Inactive is { } why ? $"{why} in the directory: {columns}" : $"in use again in the directory: {columns}" : columns.Length > 0 ? columns : "brought up to date",
        };
        return new MergeOutcome.Write(write, kind, reason) { Unfit = taken ? "a card belongs to someone else" : null };
    }

    private PersonRow NewRow(DirectoryPerson person, string folded) => new()
    {
        Id = ids.Next(), OrgId = orgId, CreatedAt = now, UserName = person.UserName, UserFolded = folded, Source = actor, UpdatedAt = now, DirectoryEnabled = person.Inactive is null,
        DisplayName = Own(map.DisplayName, person, 0, null), Email = Own(map.Email, person, 1, null), Department = Own(map.Department, person, 2, null),
        CostCentre = Own(map.CostCentre, person, 3, null), Language = Own(map.Language, person, 4, null), Principal = Own(map.Principal, person, 5, null),
    };

    private PersonRow Row(DirectoryPerson person, string folded, PersonRow before) => before with
    {
        UserName = person.UserName, UserFolded = folded, Source = actor, UpdatedAt = now, DirectoryEnabled = person.Inactive is null,
        DisplayName = Own(map.DisplayName, person, 0, before.DisplayName), Email = Own(map.Email, person, 1, before.Email), Department = Own(map.Department, person, 2, before.Department),
        CostCentre = Own(map.CostCentre, person, 3, before.CostCentre), Language = Own(map.Language, person, 4, before.Language), Principal = Own(map.Principal, person, 5, before.Principal),
    };

    private static string? Own(AttributeText text, DirectoryPerson person, int at, string? old) => text.IsNone ? old : Data.Journal.Columns.Text(person.Texts[at]);

    private (ImmutableArray<long> Dropped, ImmutableArray<CardRow> Added, bool Taken) Cards(MergeSet set, long personId, DirectoryPerson person)
    {
        var mine = set.Cards.GetValueOrDefault(personId) ?? s_noCards;
        if (map.Cards.IsEmpty || (mine.Count == 0 && person.Cards.IsEmpty))
        {
            return ([], [], false);
        }

        var (kept, added, taken) = (mine.Count == 0 ? s_noneKept : [], new List<CardRow>(person.Cards.Length), false);
        foreach (var number in person.Cards)
        {
            var candidates = HashesOf(set, number);
            if (mine.Count > 0 && Same(mine, candidates) is { } same)
            {
                kept.Add(same.Id);
            }
            else if (set.Owners.Count > 0 && IsTaken(set, candidates, personId))
            {
                taken = true;
            }
            else
            {
                added.Add(new CardRow
                {
                    Id = ids.Next(), OrgId = orgId, PersonId = personId, KeyId = candidates[0].KeyId, Hash = candidates[0].Hash.ToArray(), Suffix = CardSuffix.Of(number), AddedBy = actor, AddedAt = now,
                });
            }
        }

        // Cards that somebody added by hand stay whatever the directory says.
        return (mine.Count == 0 ? [] : [.. mine.Where(card => card.AddedBy == actor && !kept.Contains(card.Id)).Select(card => card.Id)], [.. added], taken);
    }

    private static CardRow? Same(List<CardRow> mine, ImmutableArray<KeyedHash> candidates) => mine.Find(card => candidates.Any(c => c.KeyId == card.KeyId && c.Hash.Span.SequenceEqual(card.Hash)));

    private static bool IsTaken(MergeSet set, ImmutableArray<KeyedHash> candidates, long personId)
    {
        foreach (var candidate in candidates)
        {
            if (set.Owners.TryGetValue(CardKey.Of(candidate.KeyId, candidate.Hash.Span), out var owner) && owner != personId)
            {
                return true;
            }
        }

        return false;
    }

    private static string Differences(PersonRow? old, PersonRow row, bool groups, bool cards, bool place) =>
        string.Join(',', [.. Differences(old, row), .. groups ? ["groups"] : s_none, .. cards ? ["cards"] : s_none, .. place ? ["place"] : s_none]);

    private static IEnumerable<string> Differences(PersonRow? old, PersonRow row)
    {
        if (old is null)
        {
            return s_new[..1];
        }

        (string Column, bool Same)[] parts =
        [
            ("username", old.UserName == row.UserName), ("displayName", old.DisplayName == row.DisplayName), ("email", old.Email == row.Email), ("department", old.Department == row.Department),
            ("costCentre", old.CostCentre == row.CostCentre), ("language", old.Language == row.Language), ("principal", old.Principal == row.Principal), ("state", old.DirectoryEnabled == row.DirectoryEnabled),
        ];
        return parts.Where(p => !p.Same).Select(p => p.Column);
    }

    private static void Remember(MergeSet set, PersonRow? before, PersonWrite write)
    {
        if (before is not null && set.Names.TryGetValue(before.UserFolded, out var holder) && holder == before.Id)
        {
            set.Names.Remove(before.UserFolded);
        }

        set.Names[write.Row.UserFolded] = write.Row.Id;
        set.Linked[write.Row.Id] = null;
        if (write.IsNew)
        {
            // No entry comes twice in a set, and whoever meets the name or the card finds that it belongs to someone else.
            foreach (var card in write.AddedCards)
            {
                set.Owners[CardKey.Of(card.KeyId, card.Hash)] = write.Row.Id;
            }

            return;
        }

        set.People[write.Row.Id] = write.Row;
        set.Links[EntryKey.Of(write.Uuid)] = new LinkRow
        {
            Uuid = write.Uuid, PersonId = write.Row.Id, DnKey = write.DnKey, Print = write.Print, GroupsPrint = write.GroupsPrint, WrittenAt = 0, UpdatedAt = 0, UserFolded = write.Row.UserFolded,
        };
        var cards = set.Cards.TryGetValue(write.Row.Id, out var list) ? list : set.Cards[write.Row.Id] = [];
        foreach (var card in cards.Where(card => write.DroppedCards.Contains(card.Id)))
        {
            set.Owners.Remove(CardKey.Of(card.KeyId, card.Hash));
        }

        cards.RemoveAll(card => write.DroppedCards.Contains(card.Id));
        cards.AddRange(write.AddedCards);
        foreach (var card in write.AddedCards)
        {
            set.Owners[CardKey.Of(card.KeyId, card.Hash)] = write.Row.Id;
        }
    }
}
