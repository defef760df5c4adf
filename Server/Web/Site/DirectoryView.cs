using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;

namespace CopyTrack.Server.Web.Site;

/// <summary>A directory with its runs, as pages show it.</summary>
/// <param name="Options">What holds of it.</param>
/// <param name="Row">Its row.</param>
/// <param name="Runs">Its last runs, the newest first.</param>
/// <param name="Dry">The lines of the dry run that was the last run, and how many there were, when this server made it.</param>
internal sealed record DirectoryView(DirectoryOptions Options, DirectoryRow Row, IReadOnlyList<RunRow> Runs, (IReadOnlyList<ChangeLine> Lines, int Count)? Dry)
{
    /// <summary>The page that a form returns to; null for the directories'.</summary>
    public string? From { get; init; }

    /// <summary>True when it was entered here and not in the configuration.</summary>
    public bool IsEntered => Options.Entered is not null;

    /// <summary>True while a run is under way or begins within seconds.</summary>
    public bool IsRunning => Runs is [{ EndedAt: null }, ..] || Row.Wanted is not null;

    /// <summary>True when a run that changes people may be asked for.</summary>
    public bool MayBegin => EnteredDirectories.MayBegin(Row, Runs);

    /// <summary>The dry run that was the last run and came to its end; null for anything else.</summary>
    public RunRow? LastDryRun => Runs is [{ Kind: "dryRun", Outcome: "good" or "refused" } run, ..] ? run : null;
}

/// <summary>Loads what pages show of directories.</summary>
internal sealed class DirectoryViews(DirectoryConnectors directories, DirectoryRepository rows, DryRunLines dryRuns)
{
    private const int Runs = 20;

    /// <summary>All directories.</summary>
    public async Task<List<DirectoryView>> AllAsync(CancellationToken cancellationToken)
    {
        List<DirectoryView> all = [];
        foreach (DirectoryOptions options in await directories.AllAsync(cancellationToken))
        {
            all.Add(await OfAsync(options, cancellationToken));
        }

        return all;
    }

    /// <summary>The directory of that name; null when there is none.</summary>
    public async Task<DirectoryView?> FindAsync(string? name, CancellationToken cancellationToken) =>
        name is not null && await directories.FindAsync(name, cancellationToken) is { } options ? await OfAsync(options, cancellationToken) : null;

    private async Task<DirectoryView> OfAsync(DirectoryOptions options, CancellationToken cancellationToken)
    {
        DirectoryRow row = await rows.EnsureAsync(OrganisationRepository.DefaultId, options.Name, cancellationToken);
        IReadOnlyList<RunRow> runs = await rows.RunsAsync(row.Id, null, Runs, cancellationToken);
        return new DirectoryView(options, row, runs, runs is [{ Kind: "dryRun" }, ..] ? dryRuns.Of(row.Id)?.Shown : null);
    }
}
