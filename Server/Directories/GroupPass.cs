using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>Reads groups: all of them into a listing of their own, or those that changed into the one that counts.</summary>
internal sealed class GroupPass(RunState state, DirectoryGroups groups, ILdapConnection connection, DirectoryOptions options, DirectoryPlan plan)
{
    private const int MembersAtOnce = 5000;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<(string Dn, long Id)> _wide = [];
    private readonly List<(long Generation, byte[] Key, long Group)> _members = [];

    /// <summary>Reads all groups into <paramref name="generation"/>; returns where the next look begins.</summary>
    public async Task<FeedPosition?> ListAsync(long generation, CancellationToken cancellationToken)
    {
        FeedPosition? position = null;
        await foreach (var item in Feeds.ReadAsync(plan.Method, connection, plan.Groups!, null, cancellationToken))
        {
            switch (item)
            {
                case FeedItem.Entry entry when Name(entry) is { } name:
                    if (!_seen.Add(Convert.ToHexString(entry.Uuid)))
                    {
                        state.Problem($"group:{EntryId.Show(entry.Uuid)}", entry.Value.Dn, "another entry has the same id; it is left out");
                        break;
                    }

                    var id = await state.WriteAsync((c, ct) => groups.PutAsync(c, generation, null, entry.Uuid, MemberKey.Of(entry.Uuid, entry.Value.Dn, plan.ById), name, ct), cancellationToken);
                    Collect(generation, id, entry);
                    if (_members.Count >= MembersAtOnce)
                    {
                        await FlushAsync(cancellationToken);
                    }

                    break;
                case FeedItem.Referral:
                    state.Count(r => r with { Referrals = r.Referrals + 1 });
                    break;
                case FeedItem.End end:
                    position = end.Position;
                    break;
                default:
                    break;
            }
        }

        await FlushAsync(cancellationToken);
        foreach (var (dn, id) in _wide)
        {
            await foreach (var member in RangedValues.ReadAsync(connection, dn, "member", plan.Groups!.Controls, cancellationToken))
            {
                _members.Add((generation, MemberKey.OfValue(member, plan.ById), id));
                if (_members.Count >= MembersAtOnce)
                {
                    await FlushAsync(cancellationToken);
                }
            }
        }

        await FlushAsync(cancellationToken);
        return position;
    }

    /// <summary>Brings <paramref name="generation"/> up to date; whoever is touched is remembered for <see cref="DirtyPass"/> in the same commit.</summary>
    public async Task<FeedPosition?> ChangesAsync(long generation, FeedPosition since, CancellationToken cancellationToken)
    {
        var changed = new List<FeedItem.Entry>();
        var gone = new List<byte[]>();
        FeedItem.End? end = null;
        await foreach (var item in Feeds.ReadAsync(plan.Method, connection, plan.Groups!, since, cancellationToken))
        {
            switch (item)
            {
                case FeedItem.Entry entry:
                    _seen.Add(Convert.ToHexString(entry.Uuid));
                    // Whole entries are kept until the search ends, since wide groups need searches of their own: few change between two looks.
                    changed.Add(entry);
                    break;
                case FeedItem.Present present:
                    _seen.Add(Convert.ToHexString(present.Uuid.Span));
                    break;
                case FeedItem.Deleted deleted:
                    gone.Add(deleted.Uuid.ToArray());
                    break;
                case FeedItem.End last:
                    end = last;
                    break;
                default:
                    break;
            }
        }

        foreach (var entry in changed)
        {
            await ChangeAsync(generation, entry, cancellationToken);
        }

        if (end is { Whole: true } && _seen.Count > 0)
        {
            gone.AddRange((await groups.UuidsAsync(generation, cancellationToken)).Where(uuid => !_seen.Contains(Convert.ToHexString(uuid))));
        }

        foreach (var uuid in gone)
        {
            await RemoveAsync(generation, uuid, cancellationToken);
        }

        return end?.Position;
    }

    private async Task ChangeAsync(long generation, FeedItem.Entry entry, CancellationToken cancellationToken)
    {
        if (Name(entry) is not { } name)
        {
            return;
        }

        var now = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (RangedValues.IsRanged(entry.Value, "member"))
        {
            await foreach (var member in RangedValues.ReadAsync(connection, MemberKey.Address(entry.Uuid, entry.Value.Dn, plan.ById), "member", plan.Groups!.Controls, cancellationToken))
            {
                Add(MemberKey.OfValue(member, plan.ById));
            }
        }
        else
        {
            foreach (var member in DirectoryPlan.MemberAttributes.SelectMany(a => entry.Value.Texts(a)))
            {
                Add(MemberKey.OfValue(member, plan.ById));
            }
        }

        var key = MemberKey.Of(entry.Uuid, entry.Value.Dn, plan.ById);
        await state.WriteAsync(
            async (c, ct) =>
            {
                var known = await groups.FindAsync(c, generation, entry.Uuid, ct);
                var before = known is null ? [] : (await groups.MembersAsync(c, known.Id, ct)).ToDictionary(k => Convert.ToHexString(k));
                var id = await groups.PutAsync(c, generation, known, entry.Uuid, key, name, ct);
                byte[][] come = [.. now.Where(m => !before.ContainsKey(m.Key)).Select(m => m.Value)], left = [.. before.Where(m => !now.ContainsKey(m.Key)).Select(m => m.Value)];
                await groups.AddMembersAsync(c, generation, id, come, ct);
                await groups.DropMembersAsync(c, generation, id, left, ct);

                // A new name or place is seen by everyone in it.
                var all = known is null || known.Name != name || !known.DnKey.AsSpan().SequenceEqual(key);
                await groups.AddDirtyAsync(c, state.Claim.Id, all ? [.. now.Values, .. left] : [.. come, .. left], ct);
                return true;
            },
            cancellationToken);

        void Add(byte[] member) => now[Convert.ToHexString(member)] = member;
    }

    private Task RemoveAsync(long generation, byte[] uuid, CancellationToken cancellationToken) => state.WriteAsync(
        async (c, ct) =>
        {
            if (await groups.FindAsync(c, generation, uuid, ct) is { } known)
            {
                await groups.AddDirtyAsync(c, state.Claim.Id, [.. await groups.MembersAsync(c, known.Id, ct)], ct);
                await groups.DeleteAsync(c, known.Id, ct);
            }

            return true;
        },
        cancellationToken);

    private void Collect(long generation, long id, FeedItem.Entry entry)
    {
        if (RangedValues.IsRanged(entry.Value, "member"))
        {
            _wide.Add((MemberKey.Address(entry.Uuid, entry.Value.Dn, plan.ById), id));
            return;
        }

        _members.AddRange(DirectoryPlan.MemberAttributes.SelectMany(a => entry.Value.Texts(a)).Select(member => (generation, MemberKey.OfValue(member, plan.ById), id)));
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var some in _members.Chunk(MembersAtOnce))
        {
            await state.WriteAsync(
                async (c, ct) =>
                {
                    await groups.AddMembersAsync(c, some, ct);
                    return true;
                },
                cancellationToken);
        }

        _members.Clear();
    }

    private string? Name(FeedItem.Entry entry)
    {
        var name = entry.Value.Text(options.GroupName)?.Trim();
        if (name is { Length: > 0 and <= PersonMapping.MaxText } && !name.Any(char.IsControl) && !name.Contains(';', StringComparison.Ordinal))
        {
            return name;
        }

        state.Problem($"group:{EntryId.Show(entry.Uuid)}", entry.Value.Dn, $"the group has no usable {options.GroupName}; it is left out");
        return null;
    }
}
