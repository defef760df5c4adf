using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Imports;

/// <summary>The CSV imports. Each gets the file as a function that opens it from the beginning, because some read it twice.</summary>
public sealed class CsvImports(
    PersonUpsert people, DeviceUpsert devices, ProjectUpsert projects, OrganisationRepository organisations)
{
    // Below that PostgreSQL's own upkeep comes soon enough.
    private const long ManyLines = 1000;

    /// <summary>
    /// Imports people. The PINs of all lines must be long enough for the number of users that the whole file leads to, so new names are counted first.
    /// Bad lines go to <paramref name="errors"/>; throws <see cref="UsageException"/> for a header that can't be.
    /// </summary>
    public async Task<ImportSummary> UsersAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, CancellationToken cancellationToken)
    {
        var run = new ImportRun<PersonInput, PersonSet, PersonChange>(CsvTables.Users, people, input => input.Organisation.Value, organisations);
        var totals = await CountUsersAsync(run, open, cancellationToken);
        return await GrownAsync(await run.RunAsync(open, errors, mode, orgId => totals.GetValueOrDefault(orgId), cancellationToken), mode, cancellationToken);
    }

    /// <summary>Adds cards to people.</summary>
    public async Task<ImportSummary> CardsAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, CancellationToken cancellationToken)
    {
        var run = new ImportRun<PersonInput, PersonSet, PersonChange>(CsvTables.Cards, people, input => input.Organisation.Value, organisations);
        return await GrownAsync(await run.RunAsync(open, errors, mode, _ => 0, cancellationToken), mode, cancellationToken);
    }

    /// <summary>Imports devices.</summary>
    public Task<ImportSummary> DevicesAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, CancellationToken cancellationToken) =>
        new ImportRun<DeviceInput, DeviceSet, DeviceChange>(CsvTables.Devices, devices, input => input.Organisation.Value, organisations)
            .RunAsync(open, errors, mode, _ => 0, cancellationToken);

    /// <summary>Imports projects.</summary>
    public Task<ImportSummary> ProjectsAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, CancellationToken cancellationToken) =>
        new ImportRun<ProjectInput, ProjectSet, ProjectChange>(CsvTables.Projects, projects, input => input.Organisation.Value, organisations)
            .RunAsync(open, errors, mode, _ => 0, cancellationToken);

    private async Task<ImportSummary> GrownAsync(ImportSummary summary, ImportMode mode, CancellationToken cancellationToken)
    {
        if (!mode.DryRun && summary.Added + summary.Changed >= ManyLines)
        {
            await people.AnalyzeAsync(cancellationToken);
        }

        return summary;
    }

    private async Task<Dictionary<long, long>> CountUsersAsync(
        ImportRun<PersonInput, PersonSet, PersonChange> run, Func<TextReader> open, CancellationToken cancellationToken)
    {
        var names = new Dictionary<long, HashSet<string>>();
        var pins = false;
        await foreach (var (orgId, input) in run.InputsAsync(open, cancellationToken))
        {
            pins |= !string.IsNullOrEmpty(input.Pin.Value);
            if (!names.TryGetValue(orgId, out var known))
            {
                names[orgId] = known = new HashSet<string>(StringComparer.Ordinal);
            }

            if (InputRules.Key(input.UserName) is { } key)
            {
                known.Add(key);
            }
        }

        var totals = new Dictionary<long, long>();
        foreach (var (orgId, known) in pins ? names : [])
        {
            totals[orgId] = await people.CountAfterAsync(orgId, known, cancellationToken);
        }

        return totals;
    }
}
