using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Directories;

/// <summary>Deactivates those whom the directory no longer has, when that may be believed; erases those who went long ago.</summary>
internal sealed class RemovalPass(RunState state, DirectoryPeople people, PersonRepository persons, PersonTraces traces, DirectoryOptions options, TimeProvider time)
{
    private const int AtOnce = 500;

    /// <summary>Deactivates, or says in <see cref="RunState.Refusal"/> why not. <paramref name="whole"/>: who was not seen is gone; else who was named.</summary>
    public async Task DeactivateAsync(bool whole, long found, int nameless, CancellationToken cancellationToken)
    {
        await state.WriteAsync(
            async (connection, ct) =>
            {
                await people.AnalyzeSeenAsync(connection, ct);
                return true;
            },
            cancellationToken);
        var (active, gone) = await people.CountAsync(state.Claim.Id, state.Run.Id, whole, cancellationToken);
        // Who came in this run does not make the loss smaller: a directory that was replaced has as many new as gone.
        active = Math.Max(gone, active - state.Run.Added - state.Run.Reactivated);
        state.Refusal = gone > 0 && whole && nameless > 0
            ? $"{nameless} entries came without their id, so who is missing can't be told: let the reading account see entryUUID or objectGUID; nobody was deactivated"
            : RemovalRule.Refusal(active, whole ? found : Math.Max(found, 1), gone, options.Removal with { Allowed = state.Request.AllowRemoval });
        if (state.Refusal is not null && !state.Request.DryRun)
        {
            return;
        }

        byte[] after = [];
        while (true)
        {
            var some = await state.WriteAsync(
                async (connection, ct) =>
                {
                    var rows = await people.GoneAsync(connection, state.Claim.Id, state.Run.Id, whole, after, AtOnce, ct);
                    if (!state.Request.DryRun && rows.Count > 0)
                    {
                        await people.DeactivateAsync(connection, state.Claim.Id, state.Claim.OrgId, state.Actor, rows, time.GetUtcNow(), ct);
                    }

                    return rows;
                },
                cancellationToken);
            if (some.Count == 0)
            {
                return;
            }

            after = some[^1].Uuid;
            state.Count(r => r with { Deactivated = r.Deactivated + some.Count });
            foreach (var row in some)
            {
                state.Tell('-', row.UserName, "no longer in the directory");
            }
        }
    }

    /// <summary>Erases people whose entries went before <see cref="DirectoryOptions.PurgeAfter"/>; what they did stays under their id.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        if (options.PurgeAfter is not { } age || state.Request.DryRun)
        {
            return;
        }

        while (true)
        {
            var count = await state.WriteAsync(
                async (connection, ct) =>
                {
                    var old = await people.PurgeAsync(connection, state.Claim.Id, time.GetUtcNow() - age, AtOnce, ct);
                    foreach (var id in old)
                    {
                        await traces.ForgetAsync(connection, state.Claim.OrgId, id, state.Actor, ct);
                        await persons.DeleteAsync(connection, id, ct);
                    }

                    await people.AuditAsync(connection, state.Actor, time.GetUtcNow(), [.. old.Select(id => (state.Claim.OrgId, id, "person.delete", (string?)null))], ct);
                    return old.Count;
                },
                cancellationToken);
            if (count == 0)
            {
                return;
            }

            state.Count(r => r with { Purged = r.Purged + count });
        }
    }
}
