using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent.Updates;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Sqlite;
using CopyTrack.Server.Verbs;
using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>
/// Runs the version of the server that counts, and tries a new one when it is asked for: looked at beside the old one, started on trial, kept once it is ready, rolled back when it is not. Every
/// step is in the book before it is done, so that a supervisor that is killed anywhere goes on where it was. A new version that changes the embedded database does so before it opens anything,
/// beside a copy that is put back when it fails; once it may open, nothing goes back by itself any more, because what was acknowledged since would be lost.
/// </summary>
internal sealed class ServerSupervisor(
    VersionRoot root, ReleaseKeys keys, ReleaseVersion installed, ChildProgram installedProgram, SuperviseSettings settings, IReadOnlyList<string> arguments, TextWriter output, Action<string> tell, TimeProvider time)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100), s_wantedLook = TimeSpan.FromSeconds(1), s_pause = TimeSpan.FromSeconds(1), s_fullDisk = TimeSpan.FromMinutes(1);

    private readonly VersionInspection _inspection = new(root, keys, settings, arguments);
    private (ReleaseVersion Version, VersionFit Fit)? _looked;

    /// <summary>Runs until it is cancelled or the server ends by itself; gives the server's exit status. The caller holds the folder's lock.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (await LeftBehind.EndAsync(root.Path, time, cancellationToken) is > 0 and var left)
        {
            tell($"update: {left} processes of the supervisor before were still there and have ended");
        }

        while (true)
        {
            var book = root.Book;
            root.Follow(book);
            var status = book.Next(installed) switch
            {
                LaunchStep.Run => await ServeAsync(installed, installedProgram, cancellationToken),
                LaunchStep.GiveUp give => RollBack(give.Version, give.Reason),
                LaunchStep.Try trial => await TryAsync(trial.Version, cancellationToken),
                LaunchStep.Become become when !await root.IsWholeAsync(become.Version, keys, cancellationToken) => Lose(become.Version, "its files are not those that were signed"),
                LaunchStep.Become become => await ServeAsync(become.Version, ProgramOf(become.Version), cancellationToken),
                _ => throw new InvalidOperationException("a step that is none"),
            };
            if (status is { } ended)
            {
                return ended;
            }
        }
    }

    /// <summary>Runs a version that is not on trial. Null when the book is to be looked at again.</summary>
    private async Task<int?> ServeAsync(ReleaseVersion version, ChildProgram program, CancellationToken cancellationToken)
    {
        PutBack();
        await using var child = ChildProcess.Serve(program, arguments, root.Path, null, output);
        return child is not null ? await WatchAsync(child, version, program, cancellationToken)
            : version == installed ? throw new ConfigurationFault("supervise", $"{program.File} can't be started")
            : Lose(version, "it can't be started");
    }

    /// <summary>Stays beside a server until it ends, the supervisor is to end, or another version is to be tried (null).</summary>
    private async Task<int?> WatchAsync(ChildProcess child, ReleaseVersion version, ChildProgram program, CancellationToken cancellationToken)
    {
        var noted = false;
        var nextLook = DateTimeOffset.MinValue;
        try
        {
            while (!child.HasEnded)
            {
                try
                {
                    if (!noted && child.IsReady)
                    {
                        noted = true;
                        Note(version);
                    }

                    if (noted && time.GetUtcNow() >= nextLook && root.Wanted is { } wanted && await BeginAsync(wanted, version, program, cancellationToken))
                    {
                        tell($"update: version {version} ends, so that {wanted} can be tried");
                        await child.EndAsync();
                        return null;
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // A full disk is no reason to end a server.
                    tell($"update: the folder of versions can't be used: {e.Message}; the server goes on");
                    nextLook = time.GetUtcNow() + s_fullDisk;
                }

                await Task.WhenAny(child.Ended, Task.Delay(s_wantedLook, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            return child.Status;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await child.EndAsync();
        }
    }

    private void Note(ReleaseVersion version)
    {
        var book = root.Book;
        if (book.Ran(version) is var noted && noted != book)
        {
            root.Keep(noted);
        }

        root.Clean(time.GetUtcNow());
    }

    /// <summary>Takes up what somebody asked for; true when it is to be tried. The version that serves goes on serving while the other one is looked at.</summary>
    private async Task<bool> BeginAsync(ReleaseVersion wanted, ReleaseVersion running, ChildProgram program, CancellationToken cancellationToken)
    {
        var book = root.Book;
        if (book.Refusal(wanted, running, time.GetUtcNow(), TimeSpan.Zero) is { } refusal)
        {
            tell($"update: {refusal}");
            root.Forget();
            return false;
        }

        var fit = await _inspection.LookAsync(wanted, program, cancellationToken);
        root.Keep(book.Begun(wanted));
        root.Forget();
        if (fit.Fault is not null)
        {
            RollBack(wanted, fit.Fault);
            return false;
        }

        _looked = (wanted, fit);
        return true;
    }

    private async Task<int?> TryAsync(ReleaseVersion version, CancellationToken cancellationToken)
    {
        PutBack();
        if (root.Wanted == version)
        {
            root.Forget();
        }

        var fit = _looked is { } looked && looked.Version == version ? looked.Fit : await _inspection.LookAsync(version, ServingProgram(), cancellationToken);
        _looked = (version, fit);
        if (fit.Fault is not null)
        {
            return RollBack(version, fit.Fault);
        }

        root.Keep(root.Book.Started());
        if (fit.Pending > 0 && Copy() is { } fault)
        {
            return RollBack(version, fault);
        }

        tell($"update: version {version} is on trial");
        await using var child = ChildProcess.Serve(ProgramOf(version), arguments, root.Path, fit.IsLedgerGood ? SupervisedProcess.TrialAudited : SupervisedProcess.TrialPlain, output);
        var outcome = child is null ? TrialEnd.NotStarted : await TrialAsync(child, version, changes: fit.Pending > 0, cancellationToken);
        if (outcome == TrialEnd.Works)
        {
            return await WatchAsync(child!, version, ProgramOf(version), cancellationToken);
        }

        var status = child is null ? 0 : await child.EndAsync();
        PutBack();
        switch (outcome)
        {
            case TrialEnd.Cancelled:
                root.Keep(root.Book.Unstarted());
                return status;
            case TrialEnd.Ended:
                // The next look starts it again, or gives it up.
                root.Keep(root.Book.Ended());
                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return null;
            default:
                return RollBack(version, outcome == TrialEnd.NotStarted ? "it can't be started" : $"it was not ready within {settings.Trial.TotalSeconds:0} s");
        }
    }

    /// <summary>Waits for one of the outcomes. With <paramref name="changes"/> the version is kept before it may open anything, else once it is ready.</summary>
    private async Task<TrialEnd> TrialAsync(ChildProcess child, ReleaseVersion version, bool changes, CancellationToken cancellationToken)
    {
        var opened = false;
        for (var until = time.GetUtcNow() + settings.Trial; ; await Task.Delay(s_look, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return TrialEnd.Cancelled;
            }

            if (!opened && child.IsPrepared)
            {
                opened = true;
                if (changes)
                {
                    Confirm(version);
                    tell($"update: version {version} has changed the database and opens now; from here on nothing goes back by itself, only by your back-up");
                    await child.OpenAsync();
                    return TrialEnd.Works;
                }

                await child.OpenAsync();
            }

            if (child.IsReady)
            {
                Confirm(version);
                tell($"update: version {version} is ready and stays");
                return TrialEnd.Works;
            }

            if (child.HasEnded)
            {
                return TrialEnd.Ended;
            }

            if (time.GetUtcNow() >= until)
            {
                return TrialEnd.Silent;
            }
        }
    }

    private void Confirm(ReleaseVersion version) => root.Keep(root.Book.Confirmed(version));

    private int? RollBack(ReleaseVersion version, string reason)
    {
        tell($"update: version {version} is rolled back: {reason}");
        PutBack();
        root.Keep(root.Book.GivenUp(reason, time.GetUtcNow()));
        return null;
    }

    private int? Lose(ReleaseVersion version, string reason)
    {
        tell($"update: version {version} does not run any more: {reason}; the installed version {installed} runs");
        root.Keep(root.Book.Lost());
        return null;
    }

    private ChildProgram ProgramOf(ReleaseVersion version) => new(root.ProgramOf(version), [], version.ToString());

    /// <summary>The version that serves when none is on trial.</summary>
    private ChildProgram ServingProgram() => ReleaseVersion.TryParse(root.Book.Current, out var current) && current > installed ? ProgramOf(current) : installedProgram;

    /// <summary>Copies the embedded database; null when that was done, else why not.</summary>
    private string? Copy()
    {
        using var alone = Alone();
        try
        {
            SqliteCopy.Make(settings.Data.Directory);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            SqliteCopy.Forget(settings.Data.Directory);
            return $"the database could not be copied before: {e.Message}";
        }
    }

    /// <summary>Puts the database back as it was before a trial that did not come to its end. Nothing was opened since, else there were no copy.</summary>
    private void PutBack()
    {
        if (settings.Data.GetDialect() != Dialect.Sqlite || !SqliteCopy.IsThere(settings.Data.Directory))
        {
            return;
        }

        using var alone = Alone();
        if (SqliteCopy.PutBack(settings.Data.Directory))
        {
            tell("update: the database is as it was before the trial");
        }
    }

    private ServeLock Alone() =>
        ServeLock.Take(settings.Data) ?? throw new ConfigurationFault("Data:Directory", $"another server uses {settings.Data.Directory}; stop it, or give this one a directory of its own");

    private enum TrialEnd
    {
        Works,
        Silent,
        Ended,
        NotStarted,
        Cancelled,
    }
}
