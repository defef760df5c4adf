using System.Text.Json;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Directories;

/// <summary>Runs one replication under a claim, from the connection to the record.</summary>
internal sealed class ReplicationRunner(
    IDatabase database, DirectoryRepository rows, DirectoryPeople people, DirectoryGroups groups, PersonRepository persons, DirectoryConnectors connectors, IHashKeys keys, IdGenerator ids,
    IOutbox outbox, TimeProvider time, ILogger<ReplicationRunner> logger)
{
    // Four times before the lease runs out.
    private const int HoldBeats = 15;

    /// <summary>Most memberships of a listing that are held in memory.</summary>
    internal int MembersInMemory { get; init; } = MemberIndex.Max;

    /// <summary>
    /// Runs, and returns the record. <paramref name="lines"/> hears of everybody who comes, changes and goes. Failures of the directory are in the
    /// record; throws <see cref="StorageUnavailableException"/> when the database is away, and <see cref="OperationCanceledException"/>.
    /// </summary>
    public async Task<RunRow> RunAsync(DirectoryOptions options, DirectoryRow claim, RunRequest request, Action<ChangeLine>? lines, CancellationToken cancellationToken)
    {
        options = options.With(claim.Mapping);
        var run = await rows.BeginRunAsync(claim, request.DryRun ? "dryRun" : request.Full ? "full" : "changes", request.StartedBy, cancellationToken);
        var state = new RunState(rows, database, time, claim, run, request, lines);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.MaxRun);
        try
        {
            var done = await HoldingAsync(state, () => ReadAsync(options, state, limit.Token), limit);
            return await EndAsync(options, state, done, cancellationToken);
        }
        catch (LdapException e)
        {
            return await FailAsync(options, state, e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(options, state, new LdapException(LdapCause.Timeout, $"the run took longer than {options.MaxRun.TotalMinutes:0.#} minutes and was ended: look at the directory's speed, or raise MaxRunMinutes"));
        }
        catch (Exception e) when (e is OperationCanceledException or ClaimLostException)
        {
            await AbandonAsync(options, state, e is ClaimLostException ? e.Message : "the run was ended from here");
            throw;
        }
        catch (Exception e) when (database.IsUniqueViolation(e))
        {
            // Somebody took a name or a card in the moment between look and write.
            return await FailAsync(options, state, new LdapException(LdapCause.Other, "people were changed by somebody else at the same moment: the next run tries again", e));
        }
    }

    /// <summary>Shows the progress of <paramref name="work"/> and prolongs its claim, however slow the directory is; the work's next write finds out when the claim is lost.</summary>
    private async Task<Reading> HoldingAsync(RunState state, Func<Task<Reading>> work, CancellationTokenSource limit)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var beat = BeatAsync();
        try
        {
            return await work();
        }
        finally
        {
            await stop.CancelAsync();
            await beat;
        }

        async Task BeatAsync()
        {
            using var timer = new PeriodicTimer(RunState.ShowEvery, time);
            for (var beat = 1; !stop.IsCancellationRequested; beat++)
            {
                try
                {
                    await timer.WaitForNextTickAsync(stop.Token);
                    await (beat % HoldBeats == 0 ? state.HoldAsync(stop.Token) : state.ShowAsync(stop.Token));
                }
                catch (OperationCanceledException)
                {
                    // The work is done.
                }
                catch (Exception e) when (e is ClaimLostException or StorageUnavailableException)
                {
                    // The next write of the work meets the same, and says so.
                }
            }
        }
    }

    /// <summary>What was read, and what it means for the next look.</summary>
    private sealed record Reading(DirectoryPlan Plan, bool Full, FeedPosition? People, FeedPosition? Groups, long Generation);

    private async Task<Reading> ReadAsync(DirectoryOptions options, RunState state, CancellationToken cancellationToken)
    {
        var positions = (await rows.PositionsAsync(state.Claim.Id, cancellationToken)).ToDictionary(p => p.Part, p => new FeedPosition(p.Method, p.Value, p.Server));
        var preferred = positions.GetValueOrDefault("people")?.Server is { } server ? LdapServer.Parse(server) : null;
        await using var connection = await connectors.For(options).ConnectAsync(preferred, cancellationToken);
        state.Count(r => r with { Server = connection.Server.ToString() });
        var root = await RootDse.ReadAsync(connection, cancellationToken);
        var plan = DirectoryPlan.Of(options, root);
        var full = IsFull(options, state, plan, positions);
        try
        {
            return await PassAsync(options, state, connection, plan, full ? null : positions, cancellationToken);
        }
        catch (LdapException e) when (e.Cause == LdapCause.RefreshRequired && !full)
        {
            return await AgainAsync(options, state, connection, plan, cancellationToken);
        }
        catch (LdapException e) when (e.Cause == LdapCause.ControlUnsupported && options.Changes is null && plan.Method != TimestampFeed.Method)
        {
            // The root entry promises more than this tree keeps.
            return await AgainAsync(options, state, connection, plan with { Method = TimestampFeed.Method }, cancellationToken);
        }
    }

    private async Task<Reading> AgainAsync(DirectoryOptions options, RunState state, ILdapConnection connection, DirectoryPlan plan, CancellationToken cancellationToken)
    {
        await state.WriteAsync(
            async (c, ct) =>
            {
                await people.ClearSeenAsync(c, state.Run.Id, ct);
                // Groups of the run's own may have been written without all of their members.
                await groups.DropGenerationAsync(c, state.Run.Id, ct);
                return true;
            },
            cancellationToken);
        return await PassAsync(options, state, connection, plan, null, cancellationToken);
    }

    private bool IsFull(DirectoryOptions options, RunState state, DirectoryPlan plan, Dictionary<string, FeedPosition> positions) =>
        state.Request.Full || state.Request.DryRun || state.Claim.Wanted == "full"
        || !positions.TryGetValue("people", out var at) || at.Method != plan.Method
        || (plan.Groups is not null && (!positions.TryGetValue("groups", out var groupsAt) || groupsAt.Method != plan.Method || state.Claim.GroupGeneration == 0))
        || state.Claim.SettingsPrint is not { } print || !print.AsSpan().SequenceEqual(plan.Print)
        || state.Claim.FullAt is not { } fullAt || time.GetUtcNow() - fullAt >= options.FullEvery;

    private async Task<Reading> PassAsync(
        DirectoryOptions options, RunState state, ILdapConnection connection, DirectoryPlan plan, Dictionary<string, FeedPosition>? since, CancellationToken cancellationToken)
    {
        var full = since is null;
        state.Count(r => r with { Kind = state.Request.DryRun ? "dryRun" : full ? "full" : "changes" });
        // A dry run and the first listing write groups of their own; later listings bring those that count up to date.
        var generation = state.Request.DryRun || state.Claim.GroupGeneration == 0 ? state.Run.Id : state.Claim.GroupGeneration;
        FeedPosition? groupsAt = null;
        GroupSource? source = null;
        await using var writer = new GroupWriter(state, groups, generation, cancellationToken);
        if (plan.Groups is not null)
        {
            await state.EnterAsync("groups", cancellationToken);
            // A whole listing names every member, so that nobody has to ask the database for them.
            var index = full ? new MemberIndex(MembersInMemory) : null;
            var pass = new GroupPass(state, groups, writer, connection, options, plan, generation, index);
            groupsAt = await pass.RunAsync(since?["groups"], cancellationToken);
            source = new GroupSource(groups, generation, pass.Graph() ?? await WrittenGraphAsync(), index is { IsWhole: true } ? index : null);
        }

        await state.EnterAsync("people", cancellationToken);
        var ring = keys.Current;
        var merge = new PersonMerge(plan.Map, options.Adopt, ownsGroups: true, state.Actor, state.Claim.OrgId, ring, ids, time.GetUtcNow());
        var batchMerge = new BatchMerge(state, people, merge, source, await people.AtHandAsync(state.Claim.Id, state.Claim.OrgId, cancellationToken), time);
        using var batches = new PeopleBatches(state, database, people, batchMerge);
        var end = await new PeoplePass(batches, connection, plan, merge, time).RunAsync(since?["people"], cancellationToken);
        await writer.EndAsync();
        if (source is not null && !full)
        {
            await new DirtyPass(state, people, groups, source.Graph, generation, time).RunAsync(cancellationToken);
        }

        await state.EnterAsync("removal", cancellationToken);
        var removal = new RemovalPass(state, people, persons, new PersonTraces(database, new AuditLog(database, ids, time)), options, time);
        if (batchMerge.AnybodyKnown)
        {
            await removal.DeactivateAsync(end.Whole, batches.Found, batches.Nameless, cancellationToken);
        }

        await batches.FinishAsync(cancellationToken);
        if (full && state.Refusal is null)
        {
            await removal.PurgeAsync(cancellationToken);
        }

        return new Reading(plan, full, end.Position, groupsAt, generation);

        async Task<GroupGraph> WrittenGraphAsync()
        {
            await writer.EndAsync();
            if (full)
            {
                await state.WriteAsync(
                    async (c, ct) =>
                    {
                        await people.AnalyzeAsync(c, ct);
                        return true;
                    },
                    cancellationToken);
            }

            return await groups.GraphAsync(generation, cancellationToken);
        }
    }

    private async Task<RunRow> EndAsync(DirectoryOptions options, RunState state, Reading done, CancellationToken cancellationToken)
    {
        var (dry, refused) = (state.Request.DryRun, state.Refusal is not null);
        var now = time.GetUtcNow();
        // Whoever asked for a dry run has made the directory due at once: a real run must not follow on its heels.
        var next = dry && state.Claim.Wanted is null ? state.Claim.NextDue : now + options.Every;
        var ended = state.Ended(refused ? "refused" : "good", LdapCause.None, state.Refusal, next);
        await state.WriteAsync(
            async (c, ct) =>
            {
                await people.ClearSeenAsync(c, state.Run.Id, ct);
                if (dry)
                {
                    await groups.DropGenerationAsync(c, done.Generation, ct);
                }
                else
                {
                    await KeepAsync(c, state, done, ct);
                }

                await rows.PutRunAsync(c, ended, ct);
                await rows.ReleaseAsync(
                    c, state.Claim, next, dry ? state.Claim.Failures : 0, dry ? null : true, dry || !done.Full ? null : now, dry ? null : done.Plan.Print, ct);
                return true;
            },
            cancellationToken);
        logger.RunEnded(options.Name, ended.Kind, ended.Outcome, ended.Seen, ended.Added, ended.Changed, ended.Deactivated, ended.Reactivated, ended.Problems, (long)(ended.EndedAt!.Value - ended.StartedAt).TotalMilliseconds);
        if (refused && !dry)
        {
            logger.RunRefused(options.Name, state.Refusal!);
            await AlertAsync("directoryRefused", options.Name, state.Refusal!, cancellationToken);
        }

        return ended;
    }

    /// <summary>Where the next look begins. A refused removal is not forgotten: every full listing finds again who is missing.</summary>
    private async Task KeepAsync(System.Data.Common.DbConnection connection, RunState state, Reading done, CancellationToken cancellationToken)
    {
        if (done.Plan.Groups is null ? state.Claim.GroupGeneration != 0 : done.Generation != state.Claim.GroupGeneration)
        {
            await rows.SetGenerationAsync(connection, state.Claim.Id, done.Plan.Groups is null ? 0 : done.Generation, cancellationToken);
            await groups.DropGenerationAsync(connection, state.Claim.GroupGeneration, cancellationToken);
        }

        if (done.Full)
        {
            // A full listing has looked at everybody.
            await groups.ClearDirtyAsync(connection, state.Claim.Id, cancellationToken);
        }

        await PositionAsync(connection, state, "people", done.People, cancellationToken);
        if (done.Plan.Groups is not null)
        {
            await PositionAsync(connection, state, "groups", done.Groups, cancellationToken);
        }
    }

    private Task PositionAsync(System.Data.Common.DbConnection connection, RunState state, string part, FeedPosition? position, CancellationToken cancellationToken) =>
        rows.SetPositionAsync(connection, state.Claim.Id, part, position?.Method, position?.Value.ToArray(), position?.Server, cancellationToken);

    private async Task<RunRow> FailAsync(DirectoryOptions options, RunState state, LdapException failure)
    {
        var failures = state.Claim.Failures + 1;
        var wait = TimeSpan.FromMinutes(Math.Pow(2, Math.Min(failures - 1, 10)));
        var next = time.GetUtcNow() + (wait < options.Every ? wait : options.Every);
        var ended = state.Ended("failed", failure.Cause, $"{failure.Message}; nobody was deactivated", next);
        await CloseAsync(state, ended, next, failures);
        logger.RunFailed(options.Name, failure.Message);
        if (failures == 1 && !state.Request.DryRun)
        {
            await AlertAsync("directoryFailed", options.Name, failure.Message, CancellationToken.None);
        }

        return ended;
    }

    private async Task AbandonAsync(DirectoryOptions options, RunState state, string message)
    {
        try
        {
            var next = time.GetUtcNow() + options.Every;
            await CloseAsync(state, state.Ended("interrupted", LdapCause.None, $"{message}; nobody was deactivated by its end", next), next, state.Claim.Failures);
        }
        catch (Exception e) when (e is ClaimLostException or StorageUnavailableException)
        {
            // Whoever has the claim now closes the record.
            logger.RunAbandoned(options.Name, e.Message);
        }
    }

    private Task CloseAsync(RunState state, RunRow ended, DateTimeOffset next, long failures) => state.WriteAsync(
        async (c, ct) =>
        {
            await people.ClearSeenAsync(c, state.Run.Id, ct);
            await groups.DropGenerationAsync(c, state.Run.Id, ct);
            await rows.PutRunAsync(c, ended, ct);
            await rows.ReleaseAsync(c, state.Claim, state.Request.DryRun && state.Claim.Wanted is null ? state.Claim.NextDue : next, failures, null, null, null, ct);
            return true;
        },
        CancellationToken.None);

    private Task AlertAsync(string kind, string directory, string message, CancellationToken cancellationToken) =>
        outbox.PublishAsync("alert", null, JsonSerializer.Serialize(new { kind, directory, message }), cancellationToken);
}
