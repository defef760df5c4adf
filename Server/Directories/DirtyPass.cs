using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>Brings people up to date whose groups changed while their own entries did not.</summary>
internal sealed class DirtyPass(RunState state, DirectoryPeople people, DirectoryGroups groups, GroupGraph graph, long generation, TimeProvider time)
{
    private const int AtOnce = 1000;

    private readonly HashSet<long> _expanded = [];

    /// <summary>Works until nobody is left; members of nested groups count too.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await groups.DirtyAsync(state.Claim.Id, AtOnce, cancellationToken) is { Length: > 0 } keys)
        {
            var changed = await state.WriteAsync(
                async (connection, ct) =>
                {
                    await groups.DoneAsync(connection, state.Claim.Id, keys, ct);
                    foreach (var id in (await groups.FindByKeysAsync(connection, generation, keys, ct)).Where(id => !_expanded.Contains(id)))
                    {
                        await groups.AddDirtyAsync(connection, state.Claim.Id, [.. (await groups.MembersAsync(connection, id, ct)).Select(EntryKey.ToOctets)], ct);
                    }

                    return await RegroupAsync(connection, keys, ct);
                },
                cancellationToken);
            _expanded.UnionWith(changed.Groups);
            state.Count(r => r with { Changed = r.Changed + changed.People.Count });
            changed.People.ForEach(name => state.Tell('~', name, "groups"));
        }
    }

    private async Task<(List<string> People, IReadOnlyList<long> Groups)> RegroupAsync(System.Data.Common.DbConnection connection, byte[][] keys, CancellationToken cancellationToken)
    {
        var direct = await groups.OfMembersAsync(connection, generation, keys, cancellationToken);
        var changed = (await people.LinksByKeyAsync(connection, state.Claim.Id, keys, cancellationToken)).Where(link => link.GoneAt is null)
            .Select(link => (Link: link, Groups: GroupSource.Names(graph, direct[EntryKey.Of(link.DnKey)], link.PrimaryGroup)))
            .Where(p => !PersonMerge.GroupsPrint(p.Groups).AsSpan().SequenceEqual(p.Link.GroupsPrint)).ToList();
        await people.GroupsAsync(connection, [.. changed.Select(p => (p.Link.PersonId, p.Groups.AsEnumerable(), false))], cancellationToken);
        await people.SetGroupsPrintAsync(connection, [.. changed.Select(p => (p.Link.PersonId, PersonMerge.GroupsPrint(p.Groups)))], cancellationToken);
        await people.AuditAsync(connection, state.Actor, time.GetUtcNow(), [.. changed.Select(p => (state.Claim.OrgId, p.Link.PersonId, "person.change", (string?)"groups"))], cancellationToken);
        return ([.. changed.Select(p => p.Link.UserFolded)], await groups.FindByKeysAsync(connection, generation, keys, cancellationToken));
    }
}
