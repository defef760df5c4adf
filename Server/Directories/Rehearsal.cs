using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Directories;

/// <summary>
/// What a dry run would have written so far, so that later batches meet it as they would in earnest. Names are held as hashes; beyond <see cref="Max"/> of them, and of cards,
/// it learns no more, and a conflict among those is found by the run alone.
/// </summary>
internal sealed class Rehearsal
{
    /// <summary>Most names, and most cards, of about 40 bytes each.</summary>
    public const int Max = 1_000_000;

    private readonly Dictionary<UInt128, long> _names = [];
    private readonly Dictionary<CardKey, long> _cards = [];
    private readonly Dictionary<long, string> _renamed = [];

    /// <summary>Learns what would be written.</summary>
    public void Remember(MergeOutcome outcome, MergeSet before)
    {
        if (outcome is not MergeOutcome.Write { What: var write })
        {
            return;
        }

        if (_names.Count < Max)
        {
            _names[KeyOf(write.Row.UserFolded)] = write.Row.Id;
        }

        if (!write.IsNew && before.Names.TryGetValue(write.Row.UserFolded, out var holder) && holder == write.Row.Id)
        {
            _renamed[write.Row.Id] = write.Row.UserFolded;
        }

        foreach (var card in write.AddedCards)
        {
            if (_cards.Count < Max)
            {
                _cards[CardKey.Of(card.KeyId, card.Hash)] = write.Row.Id;
            }
        }
    }

    /// <summary>Brings what was loaded to where it would stand by now.</summary>
    public void Recall(MergeSet set, IEnumerable<DirectoryPerson> entries, PersonMerge merge)
    {
        foreach (var (id, row) in set.People.ToList())
        {
            if (_renamed.TryGetValue(id, out var name) && row.UserFolded != name)
            {
                if (set.Names.GetValueOrDefault(row.UserFolded) == id)
                {
                    set.Names.Remove(row.UserFolded);
                }

                set.People[id] = row with { UserFolded = name };
            }
        }

        foreach (var entry in entries)
        {
            var folded = NameFolding.Fold(entry.UserName);
            if (_names.TryGetValue(KeyOf(folded), out var holder) && !set.Names.ContainsKey(folded))
            {
                set.Names[folded] = holder;
                set.Linked[holder] = null;
            }

            foreach (var hash in entry.Cards.SelectMany(number => merge.LearnHashesOf(set, number)))
            {
                var key = CardKey.Of(hash.KeyId, hash.Hash.Span);
                if (_cards.TryGetValue(key, out var owner))
                {
                    set.Owners.TryAdd(key, owner);
                }
            }
        }
    }

    private static UInt128 KeyOf(string folded) => EntryKey.Of(SHA256.HashData(Encoding.UTF8.GetBytes(folded)));
}
