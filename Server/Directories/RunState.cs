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
    private static readonly TimeSpan s_showEvery = TimeSpan.FromSeconds(1);

    private readonly List<string> _problems = [];
    private DateTimeOffset _shownAt = time.GetUtcNow();

    public DirectoryRow Claim => claim;

    public RunRequest Request => request;

    public RunRow Run { get; private set; } = run;

    /// <summary>Why people stay although the directory no longer has them; null when they may go.</summary>
    public string? Refusal { get; set; }

    /// <summary>For the audit log, cards and <c>person.source</c>.</summary>
    public string Actor { get; } = "directory:" + claim.Name;

    /// <summary>Changes the counts; they are shown at the next write.</summary>
    public void Count(Func<RunRow, RunRow> change) => Run = change(Run);

    /// <summary>Tells a line to whoever started the run by hand.</summary>
    public void Tell(char sign, string who, string reason) => lines?.Invoke(new ChangeLine(sign, who, reason));

    /// <summary>Remembers something that was left out; <paramref name="subject"/> is an id, <paramref name="shown"/> what whoever started it may see.</summary>
    public void Problem(string subject, string shown, string reason)
    {
        Count(r => r with { Problems = r.Problems + 1 });
        if (_problems.Count < MaxKeptProblems)
        {
            _problems.Add($"{subject}: {reason}");
        }

        Tell('!', shown, reason);
    }

    /// <summary>Writes under the claim, and shows the progress now and then. Throws <see cref="ClaimLostException"/>.</summary>
    public async Task<T> WriteAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var show = time.GetUtcNow() - _shownAt >= s_showEvery;
        var result = await database.WriteAsync(
            async (connection, ct) =>
            {
                if (!await rows.HoldAsync(connection, claim, Lease, ct))
                {
                    throw new ClaimLostException();
                }

                if (show)
                {
                    await rows.PutRunAsync(connection, Run, ct);
                }

                return await write(connection, ct);
            },
            cancellationToken);
        _shownAt = show ? time.GetUtcNow() : _shownAt;
        return result;
    }

    /// <summary>Says what the run does now, and prolongs the claim.</summary>
    public Task EnterAsync(string phase, CancellationToken cancellationToken)
    {
        Count(r => r with { Phase = phase });
        _shownAt = DateTimeOffset.MinValue;
        return WriteAsync((_, _) => Task.FromResult(true), cancellationToken);
    }

    /// <summary>The record at the end.</summary>
    public RunRow Ended(string outcome, LdapCause cause, string? message, DateTimeOffset nextDue) => Run = Run with
    {
        EndedAt = time.GetUtcNow(), Outcome = outcome, Cause = (long)cause, Message = message, NextDue = nextDue, Phase = "ended",
        Details = _problems.Count == 0 ? null
            : string.Join('\n', _problems) + (Run.Problems > _problems.Count ? string.Create(CultureInfo.InvariantCulture, $"\nand {Run.Problems - _problems.Count} more") : ""),
    };
}
