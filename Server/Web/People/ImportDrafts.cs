using System.Security.Cryptography;
using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Web.People;

/// <summary>A file that was looked at and not taken yet, with whose it is.</summary>
internal sealed record ImportDraft(string Id, string Actor, string Text, bool BlockOthers, DateTimeOffset At)
{
    /// <summary>The card rule and what was seen, of a file of cards; null for people.</summary>
    public (string Rule, ImportSummary Seen)? Cards { get; init; }

    // Card numbers and PINs are in it.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id);
        return true;
    }
}

/// <summary>
/// Files between preview and confirmation. They may hold PINs and card numbers, so they stand in memory alone, few, for a short time, and only whoever sent one takes it. After a
/// restart, or at another node, the file is sent again.
/// </summary>
internal sealed class ImportDrafts(TimeProvider time)
{
    /// <summary>Most characters of a file; larger ones go by <c>copytrack import</c>.</summary>
    public const int LongestFile = 8 * 1024 * 1024;

    private const int Most = 8;
    private static readonly TimeSpan s_lasts = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    private readonly List<ImportDraft> drafts = [];

    /// <summary>Keeps a file in place of an older one of the same caller; the oldest of others goes when there are too many.</summary>
    public ImportDraft Keep(string actor, string text, bool blockOthers, (string Rule, ImportSummary Seen)? cards = null)
    {
        ImportDraft draft = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), actor, text, blockOthers, time.GetUtcNow()) { Cards = cards };
        lock (gate)
        {
            Forget();
            drafts.RemoveAll(d => d.Actor == actor);
            drafts.Add(draft);
            if (drafts.Count > Most)
            {
                drafts.RemoveAt(0);
            }
        }

        return draft;
    }

    /// <summary>Takes a file of people, or of cards, away; null when it is not the caller's, is of the other kind, or its time is over.</summary>
    public ImportDraft? Take(string id, string actor, bool cards = false)
    {
        lock (gate)
        {
            Forget();
            ImportDraft? found = drafts.Find(d => d.Id == id && d.Actor == actor && d.Cards is not null == cards);
            return found is not null && drafts.Remove(found) ? found : null;
        }
    }

    private void Forget() => drafts.RemoveAll(d => time.GetUtcNow() - d.At > s_lasts);
}
