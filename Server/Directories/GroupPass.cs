using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>
/// Brings the groups of a generation up to date, by a whole listing or by what changed. Groups whose print is the same are passed over; whoever is
/// touched is remembered for <see cref="DirtyPass"/> in the same commit, so that a run that fails here leaves nobody behind.
/// </summary>
internal sealed class GroupPass(
    RunState state, DirectoryGroups groups, GroupWriter writer, ILdapConnection connection, DirectoryOptions options, DirectoryPlan plan, long generation, MemberIndex? index)
{
    // A third of a megabyte of keys; groups that are new are written together up to that.
    private const int MembersAtOnce = 20_000;

    // The next is decoded while the last one's members are looked at.
    private const int GroupsAhead = 2;

    private readonly HashSet<UInt128> _seen = [];
    private readonly List<(byte[] Uuid, string Dn, string Name, byte[]? Sid)> _wide = [];
    private readonly List<byte[]> _gone = [];
    private readonly List<(long Id, byte[] Key, string Name, byte[]? Sid)> _all = [];
    private List<NewGroup> _new = [];
    private bool _isFirst;
    private Dictionary<UInt128, (long Id, byte[] Print)> _prints = [];
    private int _newMembers;

    /// <summary>
    /// Reads everything (<paramref name="since"/> null) or what changed; returns where the next look begins. New groups of a listing that counts for nobody yet may still be on
    /// their way to the database: the writer's end tells.
    /// </summary>
    public async Task<FeedPosition?> RunAsync(FeedPosition? since, CancellationToken cancellationToken)
    {
        _prints = await groups.PrintsAsync(generation, cancellationToken);
        _isFirst = _prints.Count == 0 && since is null;
        FeedItem.End? end = null;
        await foreach (var item in ReadAhead.By(Feeds.ReadAsync(plan.Method, connection, plan.Groups!, since, cancellationToken), GroupsAhead, cancellationToken))
        {
            switch (item)
            {
                case FeedItem.Entry entry:
                    await TakeAsync(entry, since is null, cancellationToken);
                    break;
                case FeedItem.Present present:
                    _seen.Add(EntryKey.Of(present.Uuid.Span));
                    break;
                case FeedItem.Deleted deleted:
                    _gone.Add(deleted.Uuid.ToArray());
                    break;
                case FeedItem.Referral:
                    state.Count(r => r with { Referrals = r.Referrals + 1 });
                    break;
                case FeedItem.End last:
                    end = last;
                    break;
                default:
                    break;
            }
        }

        // Wide groups need searches of their own, which have to wait for the end of the first.
        foreach (var (uuid, dn, name, sid) in _wide)
        {
            var members = new HashSet<UInt128>();
            await foreach (var member in RangedValues.ReadAsync(connection, MemberKey.Address(uuid, dn, plan.ById), "member", plan.Groups!.Controls, cancellationToken))
            {
                members.Add(EntryKey.Of(MemberKey.OfValue(member, plan.ById)));
            }

            await ChangeAsync(uuid, dn, name, sid, members, cancellationToken);
        }

        await FlushAsync(cancellationToken);
        if (_isFirst && index is { IsWhole: true })
        {
            await writer.AddAsync(index, cancellationToken);
        }
        else if (_isFirst)
        {
            await SpillAsync(cancellationToken);
        }

        // A listing without any group says less about groups than about rights: they stay.
        if (end is { Whole: true } && _seen.Count > 0)
        {
            _gone.AddRange(_prints.Keys.Where(uuid => !_seen.Contains(uuid)).Select(EntryKey.ToOctets));
        }

        if (_gone.Count > 0)
        {
            await writer.EndAsync();
        }

        foreach (var uuid in _gone)
        {
            await RemoveAsync(uuid, cancellationToken);
        }

        return end?.Position;
    }

    /// <summary>The groups as they have just been read; null when that is not all of them, or not which stands inside which: then the database knows.</summary>
    public GroupGraph? Graph()
    {
        if (!_isFirst || _gone.Count > 0 || index is not { IsWhole: true })
        {
            return null;
        }

        var (nesting, parents) = (new List<(long, long)>(), new List<long>());
        foreach (var (id, key, _, _) in _all)
        {
            parents.Clear();
            index.Find(EntryKey.Of(key), parents);
            nesting.AddRange(parents.Select(parent => (id, parent)));
        }

        return new GroupGraph(_all.Select(g => (g.Id, g.Name, g.Sid)), nesting);
    }

    private async Task TakeAsync(FeedItem.Entry entry, bool listing, CancellationToken cancellationToken)
    {
        if (!_seen.Add(EntryKey.Of(entry.Uuid)) && listing)
        {
            state.Problem($"group:{EntryId.Show(entry.Uuid)}", entry.Value.Dn, "another entry has the same id; it is left out");
            return;
        }

        if (NameOf(entry) is not { } name)
        {
            return;
        }

        if (RangedValues.IsRanged(entry.Value, "member"))
        {
            _wide.Add((entry.Uuid, entry.Value.Dn, name, SecurityId.Of(entry.Value)));
            return;
        }

        var members = new HashSet<UInt128>();
        foreach (var attribute in DirectoryPlan.MemberAttributes)
        {
            members.EnsureCapacity(members.Count + entry.Value.Count(attribute));
            foreach (var member in entry.Value.Values(attribute))
            {
                if (MemberKey.OfValue(member.Span, plan.ById) is { } key)
                {
                    members.Add(EntryKey.Of(key));
                }
            }
        }

        await ChangeAsync(entry.Uuid, entry.Value.Dn, name, SecurityId.Of(entry.Value), members, cancellationToken);
    }

    private async Task ChangeAsync(byte[] uuid, string dn, string name, byte[]? sid, HashSet<UInt128> now, CancellationToken cancellationToken)
    {
        var key = MemberKey.Of(uuid, dn, plan.ById);
        var sorted = now.ToArray();
        Array.Sort(sorted);
        var print = PrintOf(name, key, sid, sorted);
        var isKnown = _prints.TryGetValue(EntryKey.Of(uuid), out var old);
        var id = isKnown ? old.Id : groups.NewId();
        await IndexAsync(id, sorted, cancellationToken);
        if (isKnown && old.Print.AsSpan().SequenceEqual(print))
        {
            return;
        }

        var row = new NewGroup(id, generation, uuid, key, name, print, sid, PackedIds.Of(sorted));
        if (_isFirst)
        {
            // A group of a listing that counts for nobody yet touches nobody.
            _all.Add((id, key, name, sid));
            _new.Add(row);
            if ((_newMembers += now.Count) >= MembersAtOnce)
            {
                await FlushAsync(cancellationToken);
            }

            return;
        }

        await state.WriteAsync(
            async (c, ct) =>
            {
                var known = await groups.FindAsync(c, generation, uuid, ct);
                var before = known is null ? [] : await groups.MembersAsync(c, known.Id, ct);
                await groups.PutAsync(c, row with { Id = known?.Id ?? id }, ct);
                UInt128[] come = [.. sorted.Where(m => !before.Contains(m))], left = [.. before.Where(m => !now.Contains(m))];
                await groups.ChangeMembersAsync(c, generation, known?.Id ?? id, come, left, ct);
                if (state.Claim.GroupGeneration == generation)
                {
                    // A new name or place is seen by everyone in it.
                    var all = known is null || known.Name != name || !known.DnKey.AsSpan().SequenceEqual(key);
                    await groups.AddDirtyAsync(c, state.Claim.Id, [.. (all ? sorted : come).Concat(left).Select(EntryKey.ToOctets)], ct);
                    foreach (var one in all ? new[] { sid, known?.Sid }.OfType<byte[]>() : [])
                    {
                        await groups.AddDirtyPrimaryAsync(c, state.Claim.Id, one, ct);
                    }
                }

                return true;
            },
            cancellationToken);
    }

    /// <summary>Keeps in memory whom the group names; what does not fit goes to the database when nobody else has told it there.</summary>
    private async Task IndexAsync(long id, UInt128[] members, CancellationToken cancellationToken)
    {
        foreach (var member in index is null ? [] : members)
        {
            if (index!.IsFull)
            {
                await (_isFirst ? SpillAsync(cancellationToken) : Task.CompletedTask);
                index.Clear();
            }

            index.Add(member, id);
        }
    }

    private async Task SpillAsync(CancellationToken cancellationToken)
    {
        foreach (var portion in DirectoryGroups.InPortions(index!))
        {
            await state.WriteBatchAsync(
                async (c, ct) =>
                {
                    await groups.AddMembersAsync(c, generation, portion, index!, more: true, ct);
                    return true;
                },
                cancellationToken);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_new.Count == 0)
        {
            return;
        }

        await writer.AddAsync(_new, cancellationToken);
        _new = [];
        _newMembers = 0;
    }

    private Task RemoveAsync(byte[] uuid, CancellationToken cancellationToken) => state.WriteAsync(
        async (c, ct) =>
        {
            if (await groups.FindAsync(c, generation, uuid, ct) is { } known)
            {
                await groups.AddDirtyAsync(c, state.Claim.Id, [.. (await groups.MembersAsync(c, known.Id, ct)).Select(EntryKey.ToOctets)], ct);
                if (known.Sid is { } sid)
                {
                    await groups.AddDirtyPrimaryAsync(c, state.Claim.Id, sid, ct);
                }

                await groups.DeleteAsync(c, generation, known.Id, ct);
            }

            return true;
        },
        cancellationToken);

    private static byte[] PrintOf(string name, byte[] key, byte[]? sid, UInt128[] sorted)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(key);
        hash.AppendData(sid ?? []);
        // The members count in any order.
        hash.AppendData(MemoryMarshal.AsBytes<UInt128>(sorted));
        return hash.GetHashAndReset()[..16];
    }

    private string? NameOf(FeedItem.Entry entry)
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
