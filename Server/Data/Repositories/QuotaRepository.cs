using CopyTrack.Accounting.Charging;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A limit as stored, with the name of whom it bounds and what was spent in its period.</summary>
public sealed record QuotaRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public int Kind { get; init; }
    public required string Subject { get; init; }
    public int Period { get; init; }
    public long? SoftMicros { get; init; }
    public long? HardMicros { get; init; }
    public long ExtraMicros { get; init; }
    public string? Name { get; init; }
    public long Used { get; init; }
    public long Held { get; init; }

    /// <summary>The limit for the rules.</summary>
    public QuotaUse Use => new((QuotaKind)Kind, SoftMicros, HardMicros, ExtraMicros, Used) { Held = Held };
}

/// <summary>Limits of what people, departments and projects may spend; each change is in the audit log.</summary>
public sealed class QuotaRepository(IDatabase database, IdGenerator ids, AuditLog audit, TimeProvider time)
{
    // Rows of one statement; each adds up what was spent.
    private const int Chunk = 500;

    /// <summary>All limits of an organisation with what was spent by <paramref name="today"/>, a bounded number at once.</summary>
    public async IAsyncEnumerable<QuotaRow> AllAsync(long orgId, DateOnly today, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<QuotaRow> page = [];
        do
        {
            page = await PageAsync(orgId, null, page.Count == 0 ? null : (page[^1].Kind, page[^1].Subject), Chunk, today, cancellationToken);
            foreach (var row in page)
            {
                yield return row;
            }
        }
        while (page.Count == Chunk);
    }

    /// <summary>At most <paramref name="limit"/> limits in the order of kind and subject, behind one of them (null: from the first), with what was spent by <paramref name="today"/>; with <paramref name="find"/> those whose names hold it.</summary>
    public Task<IReadOnlyList<QuotaRow>> PageAsync(long orgId, string? find, (int Kind, string Subject)? after, int limit, DateOnly today, CancellationToken cancellationToken)
    {
        var pattern = new PersonSearch(find);
        return QueryAsync("Quota_Page", new
        {
            orgId, folded = pattern.Folded, plain = pattern.Plain, afterKind = after?.Kind ?? -1, afterSubject = after?.Subject ?? "", limit,
            day = today.DayNumber, month = CreditRules.Start(QuotaPeriod.Month, today).DayNumber, year = CreditRules.Start(QuotaPeriod.Year, today).DayNumber,
        }, cancellationToken);
    }

    /// <summary>The limit of one subject, or null.</summary>
    public async Task<QuotaRow?> FindAsync(long orgId, QuotaKind kind, string subject, DateOnly today, CancellationToken cancellationToken) => await QueryAsync("Quota_Of", new
    {
        orgId, kind = (int)kind, subject, day = today.DayNumber, month = CreditRules.Start(QuotaPeriod.Month, today).DayNumber, year = CreditRules.Start(QuotaPeriod.Year, today).DayNumber,
    }, cancellationToken) is [var one] ? one : null;

    /// <summary>Sets the limit of a subject; with neither soft nor hard it is taken away.</summary>
    public Task PutAsync(long orgId, QuotaKind kind, string subject, QuotaPeriod period, long? soft, long? hard, long extra, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var gone = soft is null && hard is null;
            var before = await c.QuerySingleOrDefaultAsync<Bounds>(new CommandDefinition(database.Sql["Quota_Get"], new { orgId, kind = (int)kind, subject }, cancellationToken: ct));
            await c.ExecuteAsync(new CommandDefinition(database.Sql[gone ? "Quota_Delete" : "Quota_Put"], new
            {
                id = ids.Next(), orgId, kind = (int)kind, subject, period = (int)period, soft, hard, extra, now = time.GetUtcNow(),
            }, cancellationToken: ct));
            var values = Differences(before, gone ? null : new Bounds { Period = (int)period, SoftMicros = soft, HardMicros = hard, ExtraMicros = extra });
            if (!values.IsEmpty)
            {
                await audit.AddAsync(c, orgId, actor, gone ? "quota.delete" : "quota.change", $"{kind}:{subject}", values, ct);
            }

            return 0;
        }, cancellationToken);

    private static AuditValues Differences(Bounds? before, Bounds? after) => new AuditValues()
        .Add("period", Name(before), Name(after)).Add("soft", AuditValues.Money(before?.SoftMicros), AuditValues.Money(after?.SoftMicros)).Add("hard", AuditValues.Money(before?.HardMicros), AuditValues.Money(after?.HardMicros))
        .Add("extra", AuditValues.Money(before?.ExtraMicros), AuditValues.Money(after?.ExtraMicros));

    private static string? Name(Bounds? bounds) => bounds is null ? null : ((QuotaPeriod)bounds.Period).ToString();

    private Task<IReadOnlyList<QuotaRow>> QueryAsync(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<QuotaRow>>(
        async (c, ct) => [.. await c.QueryAsync<QuotaRow>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: ct))], cancellationToken);

    private sealed record Bounds
    {
        public int Period { get; init; }
        public long? SoftMicros { get; init; }
        public long? HardMicros { get; init; }
        public long ExtraMicros { get; init; }
    }
}
