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
    // About a megabyte of keys; groups that are new are written together up to that.
    private const int MembersAtOnce = 20_000;

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
        await foreach (var item in Feeds.ReadAsync(plan.Method, connection, plan.Groups!, since, cancellationToken))
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
        if (!_isFirst || _gone.Count > 0 || index is not { IsFull: false })
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
        var print = PrintOf(name, key, sid, now);
        var isKnown = _prints.TryGetValue(EntryKey.Of(uuid), out var old);
        var id = isKnown ? old.Id : groups.NewId();
        if (_isFirst)
        {
            _all.Add((id, key, name, sid));
        }

        if (index is not null)
        {
            foreach (var member in now)
            {
                index.Add(member, id);
            }
        }

        if (isKnown && old.Print.AsSpan().SequenceEqual(print))
        {
            return;
        }

        // A group of a listing that counts for nobody yet touches nobody.
        if (!isKnown && state.Claim.GroupGeneration != generation)
        {
            _prints.Add(EntryKey.Of(uuid), (id, print));
            _new.Add(new NewGroup(id, generation, uuid, key, name, print, sid, now));
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
                var before = known is null ? [] : (await groups.MembersAsync(c, known.Id, ct)).Select(k => EntryKey.Of(k)).ToHashSet();
                await groups.PutAsync(c, generation, known?.Id ?? id, uuid, key, name, print, sid, ct);
                byte[][] come = [.. now.Where(m => !before.Contains(m)).Select(EntryKey.ToOctets)], left = [.. before.Where(m => !now.Contains(m)).Select(EntryKey.ToOctets)];
                await groups.AddMembersAsync(c, generation, known?.Id ?? id, come, ct);
                await groups.DropMembersAsync(c, generation, known?.Id ?? id, left, ct);
                if (state.Claim.GroupGeneration == generation)
                {
                    // A new name or place is seen by everyone in it.
                    var all = known is null || known.Name != name || !known.DnKey.AsSpan().SequenceEqual(key);
                    await groups.AddDirtyAsync(c, state.Claim.Id, all ? [.. now.Select(EntryKey.ToOctets), .. left] : [.. come, .. left], ct);
                    foreach (var one in all ? new[] { sid, known?.Sid }.OfType<byte[]>() : [])
                    {
                        await groups.AddDirtyPrimaryAsync(c, state.Claim.Id, one, ct);
                    }
                }

                return true;
            },
            cancellationToken);
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
                await groups.AddDirtyAsync(c, state.Claim.Id, [.. await groups.MembersAsync(c, known.Id, ct)], ct);
                if (known.Sid is { } sid)
                {
                    await groups.AddDirtyPrimaryAsync(c, state.Claim.Id, sid, ct);
                }

                await groups.DeleteAsync(c, known.Id, ct);
            }

            return true;
        },
        cancellationToken);

    private static byte[] PrintOf(string name, byte[] key, byte[]? sid, HashSet<UInt128> members)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(key);
        hash.AppendData(sid ?? []);
        // The members count in any order.
        var sorted = members.ToArray();
        Array.Sort(sorted);
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
