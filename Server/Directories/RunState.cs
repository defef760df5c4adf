using System.Data.Common;
using System.Globalization;
using CopyTrack.Identity.Ldap;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>What a run is asked for.</summary>
/// <param name="Full">True to list everything; false looks for changes where that is possible.</param>
/// <param name="DryRun">True to change nobody.</param>
/// <param name="AllowRemoval">True when an admin has looked at who goes.</param>
/// <param name="StartedBy">For the record: <c>schedule</c>, <c>cli</c>, <c>token:ID</c> or <c>account:ID</c>.</param>
internal sealed record RunRequest(bool Full, bool DryRun, bool AllowRemoval, string StartedBy);

/// <summary>Somebody comes (<c>+</c>), changes (<c>~</c>) or goes (<c>-</c>), or an entry is left out (<c>!</c>).</summary>
internal sealed record ChangeLine(char Sign, string Who, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Sign} {Who}: {Reason}";
}

/// <summary>The claim on a directory went to someone else: nothing more may be written.</summary>
internal sealed class ClaimLostException() : Exception("another process took over this directory");

/// <summary>One run on its way: its claim, its counts, its problems, and the writing that only the holder of the claim may do.</summary>
internal sealed class RunState(DirectoryRepository rows, IDatabase database, TimeProvider time, DirectoryRow claim, RunRow run, RunRequest request, Action<ChangeLine>? lines)
{
    /// <summary>How long a claim lasts when its process dies.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private const int MaxKeptProblems = 200;

    /// <summary>How often the progress is shown.</summary>
    public static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<string> _problems = [];

    public DirectoryRow Claim => claim;

    public RunRequest Request => request;

    public RunRow Run { get; private set; } = run;

    /// <summary>Why people stay although the directory no longer has them; null when they may go.</summary>
    public string? Refusal { get; set; }

    /// <summary>For the audit log, cards and <c>person.source</c>.</summary>
    public string Actor { get; } = "directory:" + claim.Name;

    /// <summary>Changes the counts; they are shown at the next write.</summary>
    public void Count(Func<RunRow, RunRow> change)
    {
        lock (_lock)
        {
            Run = change(Run);
        }
    }

    /// <summary>Tells a line to whoever started the run by hand.</summary>
    public void Tell(char sign, string who, string reason)
    {
        if (lines is not null)
        {
            lock (_lock)
            {
                lines(new ChangeLine(sign, who, reason));
            }
        }
    }

    /// <summary>Remembers something that was left out; <paramref name="subject"/> is an id, <paramref name="shown"/> what whoever started it may see.</summary>
    public void Problem(string subject, string shown, string reason)
    {
        Count(r => r with { Problems = r.Problems + 1 });
        lock (_lock)
        {
            if (_problems.Count < MaxKeptProblems)
            {
                _problems.Add($"{subject}: {reason}");
            }
        }

        Tell('!', shown, reason);
    }

    /// <summary>Writes under the claim; several may at once. Throws <see cref="ClaimLostException"/>.</summary>
    public Task<T> WriteAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) => await rows.CheckAsync(connection, claim, batch: false, ct) ? await write(connection, ct) : throw new ClaimLostException(), cancellationToken);

    /// <summary>The same for a part of the work that is done again when the run does not come to its end: what it returns may be lost with the machine until then.</summary>
    public Task<T> WriteBatchAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) => await rows.CheckAsync(connection, claim, batch: true, ct) ? await write(connection, ct) : throw new ClaimLostException(), cancellationToken);

    /// <summary>Says what the run does now, and prolongs the claim.</summary>
    public Task EnterAsync(string phase, CancellationToken cancellationToken)
    {
        Count(r => r with { Phase = phase });
        return HoldAsync(cancellationToken);
    }

    /// <summary>Prolongs the claim and shows the progress. Throws <see cref="ClaimLostException"/>.</summary>
    public Task HoldAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (!await rows.HoldAsync(connection, claim, Lease, ct))
            {
                throw new ClaimLostException();
            }

            await rows.PutRunAsync(connection, Run, ct);
            return true;
        },
        cancellationToken);

    /// <summary>Shows the progress.</summary>
    public Task ShowAsync(CancellationToken cancellationToken) => WriteAsync(
        async (connection, ct) =>
        {
            await rows.PutRunAsync(connection, Run, ct);
            return true;
        },
        cancellationToken);

    /// <summary>The record at the end.</summary>
    public RunRow Ended(string outcome, LdapCause cause, string? message, DateTimeOffset nextDue) => Run = Run with
    {
        EndedAt = time.GetUtcNow(), Outcome = outcome, Cause = (long)cause, Message = message, NextDue = nextDue, Phase = "ended",
        Details = _problems.Count == 0 ? null
            : string.Join('\n', _problems) + (Run.Problems > _problems.Count ? string.Create(CultureInfo.InvariantCulture, $"\nand {Run.Problems - _problems.Count} more") : ""),
    };
}
