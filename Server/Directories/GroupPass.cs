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
internal sealed class GroupPass(RunState state, DirectoryGroups groups, ILdapConnection connection, DirectoryOptions options, DirectoryPlan plan, long generation)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<(byte[] Uuid, string Dn, string Name)> _wide = [];
    private readonly List<byte[]> _gone = [];
    private Dictionary<string, byte[]> _prints = [];

    /// <summary>Reads everything (<paramref name="since"/> null) or what changed; returns where the next look begins.</summary>
    public async Task<FeedPosition?> RunAsync(FeedPosition? since, CancellationToken cancellationToken)
    {
        _prints = await groups.PrintsAsync(generation, cancellationToken);
        FeedItem.End? end = null;
        await foreach (var item in Feeds.ReadAsync(plan.Method, connection, plan.Groups!, since, cancellationToken))
        {
            switch (item)
            {
                case FeedItem.Entry entry:
                    await TakeAsync(entry, since is null, cancellationToken);
                    break;
                case FeedItem.Present present:
                    _seen.Add(Convert.ToHexString(present.Uuid.Span));
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
        foreach (var (uuid, dn, name) in _wide)
        {
            var members = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            await foreach (var member in RangedValues.ReadAsync(connection, MemberKey.Address(uuid, dn, plan.ById), "member", plan.Groups!.Controls, cancellationToken))
            {
                Add(members, member);
            }

            await ChangeAsync(uuid, dn, name, members, cancellationToken);
        }

        // A listing without any group says less about groups than about rights: they stay.
        if (end is { Whole: true } && _seen.Count > 0)
        {
            _gone.AddRange(_prints.Keys.Where(uuid => !_seen.Contains(uuid)).Select(Convert.FromHexString));
        }

        foreach (var uuid in _gone)
        {
            await RemoveAsync(uuid, cancellationToken);
        }

        return end?.Position;
    }

    private async Task TakeAsync(FeedItem.Entry entry, bool listing, CancellationToken cancellationToken)
    {
        if (!_seen.Add(Convert.ToHexString(entry.Uuid)) && listing)
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
            _wide.Add((entry.Uuid, entry.Value.Dn, name));
            return;
        }

        var members = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var member in DirectoryPlan.MemberAttributes.SelectMany(a => entry.Value.Texts(a)))
        {
            Add(members, member);
        }

        await ChangeAsync(entry.Uuid, entry.Value.Dn, name, members, cancellationToken);
    }

    private async Task ChangeAsync(byte[] uuid, string dn, string name, Dictionary<string, byte[]> now, CancellationToken cancellationToken)
    {
        var key = MemberKey.Of(uuid, dn, plan.ById);
        var print = PrintOf(name, key, now);
        if (_prints.TryGetValue(Convert.ToHexString(uuid), out var old) && old.AsSpan().SequenceEqual(print))
        {
            return;
        }

        await state.WriteAsync(
            async (c, ct) =>
            {
                var known = await groups.FindAsync(c, generation, uuid, ct);
                var before = known is null ? [] : (await groups.MembersAsync(c, known.Id, ct)).ToDictionary(k => Convert.ToHexString(k));
                var id = await groups.PutAsync(c, generation, known, uuid, key, name, print, ct);
                byte[][] come = [.. now.Where(m => !before.ContainsKey(m.Key)).Select(m => m.Value)], left = [.. before.Where(m => !now.ContainsKey(m.Key)).Select(m => m.Value)];
                await groups.AddMembersAsync(c, generation, id, come, ct);
                await groups.DropMembersAsync(c, generation, id, left, ct);
                if (state.Claim.GroupGeneration == generation)
                {
                    // A new name or place is seen by everyone in it.
                    var all = known is null || known.Name != name || !known.DnKey.AsSpan().SequenceEqual(key);
                    await groups.AddDirtyAsync(c, state.Claim.Id, all ? [.. now.Values, .. left] : [.. come, .. left], ct);
                }

                return true;
            },
            cancellationToken);
    }

    private Task RemoveAsync(byte[] uuid, CancellationToken cancellationToken) => state.WriteAsync(
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

    private void Add(Dictionary<string, byte[]> members, string value)
    {
        var key = MemberKey.OfValue(value, plan.ById);
        members[Convert.ToHexString(key)] = key;
    }

    private static byte[] PrintOf(string name, byte[] key, Dictionary<string, byte[]> members)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(key);
        foreach (var member in members.Keys.Order(StringComparer.Ordinal))
        {
            hash.AppendData(members[member]);
        }

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
