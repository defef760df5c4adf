using System.Globalization;
using System.Text.Json;
using CopyTrack.Identity.Ldap;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Verbs;

/// <summary><c>directory check|password|replicate|list</c>.</summary>
internal sealed class DirectoryVerbs(DirectoryConnectors directories, DirectoryRepository rows, DirectoryCheck check, ReplicationRunner runner, ISecretSealer sealer)
{
    private static readonly JsonSerializerOptions s_indented = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>Connects and shows what the first entries would become; 0, or 3 with the cause when it can't.</summary>
    public async Task<int> CheckAsync(string name, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var finding = await check.RunAsync(await FindAsync(name, cancellationToken), cancellationToken);
            await output.WriteLineAsync(JsonSerializer.Serialize(finding, s_indented));
            return finding.LeftOut.Count > 0 ? 1 : 0;
        }
        catch (LdapException e)
        {
            await error.WriteLineAsync(e.Message);
            return 3;
        }
    }

    /// <summary>Takes the password of the reading account from the first line of <paramref name="input"/> and seals it.</summary>
    public async Task<int> PasswordAsync(string name, TextReader input, TextWriter error, CancellationToken cancellationToken)
    {
        var directory = await FindAsync(name, cancellationToken);
        if (await input.ReadLineAsync(cancellationToken) is not { Length: > 0 and <= 1024 } password)
        {
            throw new UsageException("directory password: give the password on standard input, one line");
        }

        var row = await rows.EnsureAsync(OrganisationRepository.DefaultId, directory.Name, cancellationToken);
        await rows.SetPasswordAsync(row.Id, sealer.Seal(password), cancellationToken);
        await error.WriteLineAsync($"directory {directory.Name}: the password is kept, sealed by the secrets folder");
        return 0;
    }

    /// <summary>
    /// Replicates; a dry run shows everybody who comes (+), changes (~) and goes (-), and changes nobody. 0 good; 1 entries were left out or too many
    /// people would go; 3 the directory was not reached or not read to its end.
    /// </summary>
    public async Task<int> ReplicateAsync(string name, bool full, bool dryRun, bool allowRemoval, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var directory = await FindAsync(name, cancellationToken);
        var row = await rows.EnsureAsync(OrganisationRepository.DefaultId, directory.Name, cancellationToken);
        var node = string.Create(CultureInfo.InvariantCulture, $"cli-{Environment.MachineName}-{Environment.ProcessId}");
        if (await rows.TakeAsync(row.Id, node, RunState.Lease, cancellationToken) is not { } claim)
        {
            await error.WriteLineAsync($"directory {directory.Name}: a run is under way; wait for its end");
            return 3;
        }

        try
        {
            var run = await runner.RunAsync(directory, claim, new RunRequest(full || allowRemoval, dryRun, allowRemoval, "cli"), Show, cancellationToken);
            await output.WriteLineAsync(Summary(run));
            if (run.Message is { } message)
            {
                await error.WriteLineAsync(message);
            }

            return run.Outcome == "failed" ? 3 : run.Outcome == "refused" || run.Problems > 0 ? 1 : 0;
        }
        catch (ClaimLostException e)
        {
            await error.WriteLineAsync($"directory {directory.Name}: {e.Message}");
            return 3;
        }

        void Show(ChangeLine line)
        {
            if (line.Sign == '!')
            {
                error.WriteLine(line);
            }
            else if (dryRun)
            {
                output.WriteLine(line);
            }
        }
    }

    /// <summary>The directories with their last runs.</summary>
    public async Task<int> ListAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var directory in await directories.AllAsync(cancellationToken))
        {
            var row = await rows.EnsureAsync(OrganisationRepository.DefaultId, directory.Name, cancellationToken);
            var last = await rows.RunsAsync(row.Id, null, 1, cancellationToken) is [var newest] ? newest : null;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{directory.Name}  {(row.Automatic ? "automatic" : "not yet replicated")}  {(last is null ? "no run" : $"{last.StartedAt:u} {last.Kind} {last.Outcome}: {Summary(last)}")}"));
        }

        return 0;
    }

    /// <summary>The counts of a run in one line.</summary>
    public static string Summary(RunRow run) => string.Create(CultureInfo.InvariantCulture,
        $"seen {run.Seen}, added {run.Added}, changed {run.Changed}, unchanged {run.Unchanged}, deactivated {run.Deactivated}, reactivated {run.Reactivated}, purged {run.Purged}, problems {run.Problems}");

    private async Task<DirectoryOptions> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await directories.FindAsync(name, cancellationToken) is { } found)
        {
            return found;
        }

        var all = await directories.AllAsync(cancellationToken);
        throw new UsageException(all.Count == 0 ? "no directory is configured: set Directories:NAME:Servers and BaseDn, or enter one on the page Directories" : $"there is no directory '{name}'; there are {string.Join(", ", all.Select(d => d.Name))}");
    }
}
