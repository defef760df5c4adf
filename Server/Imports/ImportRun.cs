using System.Globalization;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Imports;

/// <summary>How an import treats bad lines, and whether it writes.</summary>
/// <param name="Strict">Takes none unless all are good.</param>
/// <param name="DryRun">Changes nothing.</param>
/// <param name="Actor">For the audit log.</param>
public sealed record ImportMode(bool Strict, bool DryRun, string Actor);

/// <summary>What a line of a file would do; <paramref name="Detail"/> tells why it can't be taken, or which columns change.</summary>
public sealed record ImportLine(int Line, string Name, UpsertKind Kind, string? Detail);

/// <summary>What an import came to, in lines.</summary>
public sealed record ImportSummary
{
    public long Added { get; init; }
    public long Changed { get; init; }
    public long Unchanged { get; init; }
    public long Bad { get; init; }

    /// <summary>The closing line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"added {Added}, changed {Changed}, unchanged {Unchanged}, bad {Bad}");

    internal ImportSummary With(UpsertKind kind) => kind switch
    {
        UpsertKind.Added => this with { Added = Added + 1 },
        UpsertKind.Changed => this with { Changed = Changed + 1 },
        UpsertKind.Unchanged => this with { Unchanged = Unchanged + 1 },
        UpsertKind.Bad => this with { Bad = Bad + 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>
/// Runs one file through one kind of upsert, a batch of lines to a transaction, so that a large file neither fills the memory nor holds the
/// database. With <see cref="ImportMode.Strict"/> the file is read twice: the first time nothing is written. A <paramref name="whole"/> file is one transaction: for bounded ones alone.
/// </summary>
internal sealed class ImportRun<TInput, TSet, TChange>(
    CsvTable<TInput> table, Upsert<TInput, TSet, TChange> upsert, Func<TInput, string?> organisationOf, OrganisationRepository organisations, bool whole = false)
    where TSet : class, new()
    where TChange : class
{
    private const int Batch = 200;

    // One line of the file: an input of an organisation, or why it is none.
    private sealed record Line(int Number, TInput? Input, long OrgId, string? Fault);

    /// <summary>
    /// Imports. <paramref name="open"/> gives the file from its beginning; bad lines go to <paramref name="errors"/> as <c>line N: reason</c>.
    /// Throws <see cref="UsageException"/> for a header that can't be. A check tells each line to <paramref name="seen"/>, with the columns that would change.
    /// </summary>
    public async Task<ImportSummary> RunAsync(Func<TextReader> open, TextWriter errors, ImportMode mode, Func<long, long> comingUsers, CancellationToken cancellationToken, Action<int, TInput?, UpsertOutcome>? seen = null)
    {
        if (mode is { Strict: false, DryRun: false })
        {
            return await PassAsync(open, errors, mode.Actor, write: true, comingUsers, null, cancellationToken);
        }

        var checkedOnly = await PassAsync(open, errors, mode.Actor, write: false, comingUsers, seen, cancellationToken);
        return mode.DryRun ? checkedOnly
            : checkedOnly.Bad > 0 ? new ImportSummary { Bad = checkedOnly.Bad }
            : await PassAsync(open, errors, mode.Actor, write: true, comingUsers, null, cancellationToken);
    }

    /// <summary>The inputs of a file, bad lines left out; for counting ahead.</summary>
    public async IAsyncEnumerable<(long OrgId, TInput Input)> InputsAsync(
        Func<TextReader> open, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = open();
        await foreach (var line in LinesAsync(text, cancellationToken))
        {
            if (line.Fault is null)
            {
                yield return (line.OrgId, line.Input!);
            }
        }
    }

    private async Task<ImportSummary> PassAsync(
        Func<TextReader> open, TextWriter errors, string actor, bool write, Func<long, long> comingUsers, Action<int, TInput?, UpsertOutcome>? seen, CancellationToken cancellationToken)
    {
        using var text = open();
        var summary = new ImportSummary();
        var sets = new Dictionary<long, TSet>();
        var batch = new List<Line>(Batch);
        await foreach (var line in LinesAsync(text, cancellationToken))
        {
            if ((!whole && batch.Count == Batch) || (batch.Count > 0 && line.Fault is null && batch.Exists(other => other.Fault is null && other.OrgId != line.OrgId)))
            {
                summary = await FlushAsync(batch, summary);
            }

            batch.Add(line);
        }

        return await FlushAsync(batch, summary);

        async Task<ImportSummary> FlushAsync(List<Line> lines, ImportSummary sum)
        {
            var good = lines.FindAll(line => line.Fault is null);
            IReadOnlyList<UpsertOutcome> outcomes = [];
            if (good.Count > 0)
            {
                var context = new UpsertContext(good[0].OrgId, actor, comingUsers(good[0].OrgId));
                var inputs = good.ConvertAll(line => line.Input!);
                outcomes = write
                    ? await upsert.ApplyAsync(inputs, context, cancellationToken)
                    : await upsert.CheckAsync(inputs, sets.TryGetValue(context.OrgId, out var set) ? set : sets[context.OrgId] = new TSet(), context, cancellationToken);
            }

            var next = 0;
            foreach (var line in lines)
            {
                var outcome = line.Fault is { } fault ? new UpsertOutcome(UpsertKind.Bad, fault) : outcomes[next++];
                sum = sum.With(outcome.Kind);
                seen?.Invoke(line.Number, line.Input, outcome);
                if (outcome.Kind == UpsertKind.Bad)
                {
                    await errors.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"line {line.Number}: {outcome.Reason}"));
                }
            }

            lines.Clear();
            return sum;
        }
    }

    private async IAsyncEnumerable<Line> LinesAsync(TextReader text, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Func<System.Collections.Immutable.ImmutableArray<string>, TInput>? bind = null;
        var orgIds = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var record in new CsvRecordReader(text).Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (bind is null)
            {
                bind = record is CsvRecord.Good header ? table.Bind(header.Cells)
                    : throw new UsageException($"line {record.Line}: the header can't be read ({((CsvRecord.Bad)record).Reason})");
                continue;
            }

            yield return record switch
            {
                CsvRecord.Good good => await ReadAsync(bind, good, orgIds, cancellationToken),
                CsvRecord.Bad bad => new Line(bad.Line, default, 0, bad.Reason),
                _ => throw new InvalidOperationException("no other records"),
            };
        }

        if (bind is null)
        {
            throw new UsageException("the file has no header line");
        }
    }

    private async Task<Line> ReadAsync(
        Func<System.Collections.Immutable.ImmutableArray<string>, TInput> bind, CsvRecord.Good record, Dictionary<string, long?> orgIds, CancellationToken cancellationToken)
    {
        try
        {
            var input = bind(record.Cells);
            var name = InputRules.Text("organisation", organisationOf(input)) ?? OrganisationRepository.DefaultName;
            if (!orgIds.TryGetValue(name, out var orgId))
            {
                // Names of no organisation are not remembered: a hostile file has many.
                orgId = await organisations.FindAsync(name, cancellationToken);
                if (orgId is not null)
                {
                    orgIds[name] = orgId;
                }
            }

            return orgId is { } known ? new Line(record.Line, input, known, null) : new Line(record.Line, default, 0, $"organisation: there is none named '{InputRules.Shorten(name)}'");
        }
        catch (InputFaultException fault)
        {
            return new Line(record.Line, default, 0, fault.Message);
        }
    }
}
