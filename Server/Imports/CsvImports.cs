using CopyTrack.Identity.Cards;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Imports;

/// <summary>The CSV imports. Each gets the file as a function that opens it from the beginning, because some read it twice.</summary>
public sealed class CsvImports(
    PersonUpsert people, DeviceUpsert devices, ProjectUpsert projects, OrganisationRepository organisations)
{
    // Below that PostgreSQL's own upkeep comes soon enough.
    private const long ManyLines = 1000;

    private const int PerPage = 200;

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

    /// <summary>Says of each line what it would do, and writes nothing. Throws <see cref="UsageException"/> for a header that can't be.</summary>
    public async Task<ImportSummary> PreviewUsersAsync(Func<TextReader> open, Action<ImportLine> seen, CancellationToken cancellationToken)
    {
        var run = new ImportRun<PersonInput, PersonSet, PersonChange>(CsvTables.Users, people, input => input.Organisation.Value, organisations);
        var totals = await CountUsersAsync(run, open, cancellationToken);
        return await run.RunAsync(
            open, TextWriter.Null, new ImportMode(false, DryRun: true, "preview"), orgId => totals.GetValueOrDefault(orgId), cancellationToken,
            (line, input, outcome) => seen(new ImportLine(line, input?.UserName ?? "", outcome.Kind, outcome.Reason)));
    }

    /// <summary>Active people of the default organisation whom nobody else has and the file does not name, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<string>> OthersAsync(Func<TextReader> open, int limit, CancellationToken cancellationToken)
    {
        var named = await NamedAsync(open, cancellationToken);
        var others = new List<string>();
        IReadOnlyList<string> page;
        var after = "";
        do
        {
            page = await people.OwnNamesAsync(OrganisationRepository.DefaultId, after, PerPage, cancellationToken);
            others.AddRange(page.Where(name => !named.Contains(name)).Take(limit - others.Count));
            after = page.Count > 0 ? page[^1] : after;
        }
        while (page.Count == PerPage && others.Count < limit);
        return others;
    }

    /// <summary>Blocks those of <see cref="OthersAsync"/>; returns how many.</summary>
    public async Task<long> BlockOthersAsync(Func<TextReader> open, string actor, CancellationToken cancellationToken)
    {
        long blocked = 0;
        foreach (var some in (await OthersAsync(open, int.MaxValue, cancellationToken)).Chunk(PerPage))
        {
            var inputs = some.Select(name => new PersonInput { UserName = name, Enabled = Optional.Of<bool?>(false) }).ToList();
            blocked += (await people.ApplyAsync(inputs, new UpsertContext(OrganisationRepository.DefaultId, actor), cancellationToken)).Count(o => o.Kind == UpsertKind.Changed);
        }

        return blocked;
    }

    /// <summary>Adds cards to people.</summary>
    public async Task<ImportSummary> CardsAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, CancellationToken cancellationToken)
    {
        var run = new ImportRun<PersonInput, PersonSet, PersonChange>(CsvTables.Cards, people, input => input.Organisation.Value, organisations);
        return await GrownAsync(await run.RunAsync(open, errors, mode, _ => 0, cancellationToken), mode, cancellationToken);
    }

    /// <summary>Most lines of a file of cards that is taken as a whole.</summary>
    public const int MostCards = 10_000;

    /// <summary>Says of each line of a file of cards what it would do, and writes nothing. Throws <see cref="UsageException"/> for a header that can't be, and for more than <see cref="MostCards"/> lines.</summary>
    public Task<ImportSummary> PreviewCardsAsync(Func<TextReader> open, CardRule rule, Action<ImportLine> seen, CancellationToken cancellationToken)
    {
        var lines = 0;
        return CardRun(rule, whole: false).RunAsync(
            open, TextWriter.Null, new ImportMode(false, DryRun: true, "preview"), _ => 0, cancellationToken,
            (line, input, outcome) =>
            {
                if (++lines > MostCards)
                {
                    throw new UsageException($"more than {MostCards} lines: take them in parts, or by copytrack import cards FILE.csv");
                }

                seen(new ImportLine(line, input?.UserName ?? "", outcome.Kind, outcome.Reason));
            });
    }

    /// <summary>
    /// Adds the cards of a file in one transaction, when it still comes to what <paramref name="expected"/> says; null, and then nothing is written, when somebody has changed people or cards in
    /// between.
    /// </summary>
    public async Task<ImportSummary?> CardsAsExpectedAsync(Func<TextReader> open, CardRule rule, ImportSummary expected, string actor, CancellationToken cancellationToken) =>
        await PreviewCardsAsync(open, rule, _ => { }, cancellationToken) != expected ? null
            : await GrownAsync(await CardRun(rule, whole: true).RunAsync(open, TextWriter.Null, new ImportMode(false, false, actor), _ => 0, cancellationToken), new ImportMode(false, false, actor), cancellationToken);

    /// <summary>Imports devices.</summary>
    public Task<ImportSummary> DevicesAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, CancellationToken cancellationToken) =>
        new ImportRun<DeviceInput, DeviceSet, DeviceChange>(CsvTables.Devices, devices, input => input.Organisation.Value, organisations)
            .RunAsync(open, errors, mode, _ => 0, cancellationToken);

    /// <summary>Imports projects.</summary>
    public Task<ImportSummary> ProjectsAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, CancellationToken cancellationToken) =>
        new ImportRun<ProjectInput, ProjectSet, ProjectChange>(CsvTables.Projects, projects, input => input.Organisation.Value, organisations)
            .RunAsync(open, errors, mode, _ => 0, cancellationToken);

    private ImportRun<PersonInput, PersonSet, PersonChange> CardRun(CardRule rule, bool whole) => new(CsvTables.CardsBy(rule), people, input => input.Organisation.Value, organisations, whole);

    private async Task<HashSet<string>> NamedAsync(Func<TextReader> open, CancellationToken cancellationToken)
    {
        var run = new ImportRun<PersonInput, PersonSet, PersonChange>(CsvTables.Users, people, input => input.Organisation.Value, organisations);
        var named = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (orgId, input) in run.InputsAsync(open, cancellationToken))
        {
            if (orgId == OrganisationRepository.DefaultId && InputRules.Key(input.UserName) is { } key)
            {
                named.Add(key);
            }
        }

        return named;
    }

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
