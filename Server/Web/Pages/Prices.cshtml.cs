using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Price lists, limits and the licence.</summary>
internal sealed class PricesModel(PriceListRepository prices, QuotaRepository quotas, QuotaSubjects subjects, Licence licence, ReportOptions options, TimeProvider time, Words words) : PageModel
{
    public IReadOnlyList<PriceListRow> Lists { get; private set; } = [];

    /// <summary>A page of limits.</summary>
    public IReadOnlyList<QuotaRow> Quotas { get; private set; } = [];

    /// <summary>Key of the last limit of the page; null on the last page.</summary>
    public string? NextQuota { get; private set; }
    public string? Told { get; private set; }

    /// <summary>Whether what is told went well.</summary>
    public bool Good { get; private set; }
    public TableQuery ListQuery { get; private set; } = null!;
    public TableQuery QuotaQuery { get; private set; } = null!;
    public IReadOnlyList<string> Locking { get; private set; } = [];

    /// <summary>What the form of lists begins with, and that of limits; null for empty.</summary>
    public PriceListRow? ListForm { get; private set; }

    /// <summary>See <see cref="ListForm"/>.</summary>
    public QuotaRow? QuotaForm { get; private set; }
    public string Currency => options.Currency;
    public string LicenceText { get; private set; } = "";
    public bool IsLicensed { get; private set; }

    /// <summary>An amount as people read it.</summary>
    public string Money(long? micros) => micros is { } m ? (m / 1_000_000m).ToString("0.00####", words.Culture) : "—";

    /// <summary>For whom a list holds.</summary>
    public string HoldsFor(PriceListRow row) => string.Join(", ", new[]
    {
        row.Devices is null && row.Sites is null ? words["all devices"] : null, row.Devices?.Replace(";", ", ", StringComparison.Ordinal), row.Sites is null ? null : words["sites {0}", row.Sites.Replace(";", ", ", StringComparison.Ordinal)],
        row.Groups is null ? null : words["groups {0}", row.Groups.Replace(";", ", ", StringComparison.Ordinal)],
    }.Where(t => t is not null));

    /// <summary>An amount as a form takes it, in the reader's language; empty for none.</summary>
    public string? Input(long? micros) => micros is { } m ? (m / 1_000_000m).ToString("0.######", words.Culture) : null;

    /// <summary>A local date of an instant.</summary>
    public string Day(DateTimeOffset? at) => at is { } t ? TimeZoneInfo.ConvertTime(t, options.TimeZone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";

    public async Task OnGetAsync(string? list, string? kind, string? subject, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        ListForm = Lists.FirstOrDefault(l => l.Name == list);
        QuotaForm = await subjects.FindAsync(OrganisationRepository.DefaultId, kind ?? "", subject ?? "", cancellationToken) is { } who
            ? await quotas.FindAsync(OrganisationRepository.DefaultId, who.Kind, who.Subject, Today, cancellationToken) : null;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        (ListQuery, QuotaQuery) = (TableQuery.Of(Request, "l"), TableQuery.Of(Request, "u"));
        Locking = await subjects.LockingAsync(OrganisationRepository.DefaultId, cancellationToken);
        Lists = await prices.ListAsync(OrganisationRepository.DefaultId, cancellationToken);
        IReadOnlyList<QuotaRow> found = await quotas.PageAsync(
            OrganisationRepository.DefaultId, QuotaQuery.Filter.Length == 0 ? null : QuotaQuery.Filter, After(QuotaQuery.After), TableQuery.PageSize + 1, Today, cancellationToken);
        Quotas = [.. found.Take(TableQuery.PageSize)];
        NextQuota = found.Count > TableQuery.PageSize ? FormattableString.Invariant($"{Quotas[^1].Kind}:{Quotas[^1].Subject}") : null;
        var entitlement = licence.Entitlement(out var reason);
        IsLicensed = licence.IsActive;
        LicenceText = reason is not null ? words.Sentence(reason) : (entitlement?.Until is { } until ? words["{0}, until {1}", entitlement.Customer, words.Day(until)] : words["{0}, without end", entitlement == Identity.Licensing.Entitlement.Unlimited ? words["everyone"] : entitlement?.Customer]);
    }

    public async Task<IActionResult> OnPostListAsync(string? name, string? from, string? until, string? mono, string? color, string? large, string? sheet, string? scan, string? fax,
        string? devices, string? sites, string? groups, CancellationToken cancellationToken)
    {
        try
        {
            var input = new PriceListInput
            {
                From = At(from), Until = At(until), Mono = Amount(mono), Color = Amount(color), LargeSurcharge = Amount(large), Sheet = Amount(sheet), Scan = Amount(scan), Fax = Amount(fax),
                Devices = Names(devices), Sites = Names(sites), Groups = Names(groups),
            };
            await prices.PutAsync(ChargingInputs.Row(OrganisationRepository.DefaultId, name ?? "", input, time.GetUtcNow()), Actor, cancellationToken);
            Tell(true, words["The price list is kept. What was booked keeps its cost."]);
        }
        catch (ChargingFault fault)
        {
            Tell(false, words["Not kept: {0}.", words[fault.Message]]);
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostDeleteAsync(string? name, CancellationToken cancellationToken)
    {
        bool gone = await prices.DeleteAsync(OrganisationRepository.DefaultId, name ?? "", Actor, cancellationToken);
        Tell(gone, gone ? words["The price list is deleted. What was booked keeps its cost."] : words["There is no such price list."]);
        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostQuotaAsync(string? kind, string? subject, string? period, string? soft, string? hard, string? extra, CancellationToken cancellationToken)
    {
        try
        {
            if (await subjects.FindAsync(OrganisationRepository.DefaultId, kind ?? "", subject ?? "", cancellationToken) is { } who)
            {
                await quotas.PutAsync(OrganisationRepository.DefaultId, who.Kind, who.Subject, ChargingInputs.Period(period), ChargingInputs.Amount("soft", Amount(soft)),
                    ChargingInputs.Amount("hard", Amount(hard)), ChargingInputs.Amount("extra", Amount(extra)) ?? 0, Actor, cancellationToken);
                Tell(true, string.IsNullOrWhiteSpace(soft) && string.IsNullOrWhiteSpace(hard) ? words["The limit is taken away."] : words["The limit is kept."]);
            }
            else
            {
                Tell(false, words["Not kept: nobody has that name."]);
            }
        }
        catch (ChargingFault fault)
        {
            Tell(false, words["Not kept: {0}.", words[fault.Message]]);
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAtZeroAsync(string? device, string? what, CancellationToken cancellationToken)
    {
        try
        {
            bool kept = await subjects.SetLocksAtZeroAsync(OrganisationRepository.DefaultId, device ?? "", ChargingInputs.Locks(what), Actor, cancellationToken);
            Tell(kept, kept ? words["It is kept; it holds from the next login on."] : words["Not kept: there is no such device."]);
        }
        catch (ChargingFault fault)
        {
            Tell(false, words["Not kept: {0}.", words[fault.Message]]);
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>Price lists as CSV.</summary>
    public async Task<IActionResult> OnGetListsCsvAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PriceListRow> rows = await prices.ListAsync(OrganisationRepository.DefaultId, cancellationToken);
        await CsvAnswer.WriteAsync(Response, "price-lists", ["name", "from", "until", "mono", "color", "largeSurcharge", "sheet", "scan", "fax", "devices", "sites", "groups"], rows.Select(r => (IEnumerable<string?>)
        [
            r.Name, Day(r.ValidFrom), Day(r.ValidUntil), Plain(r.Mono), Plain(r.Color), Plain(r.LargeSurcharge), Plain(r.Sheet), Plain(r.Scan), Plain(r.Fax), r.Devices, r.Sites, r.Groups,
        ]).ToAsyncEnumerable(), cancellationToken);
        return new EmptyResult();
    }

    /// <summary>Limits as CSV.</summary>
    public async Task<IActionResult> OnGetQuotasCsvAsync(CancellationToken cancellationToken)
    {
        await CsvAnswer.WriteAsync(Response, "limits", ["kind", "subject", "period", "soft", "hard", "extra", "used", "held", "left"], quotas.AllAsync(OrganisationRepository.DefaultId, Today, cancellationToken).Select(q => (IEnumerable<string?>)
        [
            ChargingShapes.Kind((QuotaKind)q.Kind), q.Name ?? q.Subject, ((QuotaPeriod)q.Period).ToString(), Plain(q.SoftMicros), Plain(q.HardMicros), Plain(q.ExtraMicros), Plain(q.Used), Plain(q.Held), Plain(q.Use.Left),
        ]), cancellationToken);
        return new EmptyResult();
    }

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime);

    /// <summary>The limit that a page begins behind; null for the first page, and for what no page has written.</summary>
    private static (int Kind, string Subject)? After(string key) =>
        key.IndexOf(':', StringComparison.Ordinal) is var at and > 0 && int.TryParse(key.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out int kind) && !key.Contains('\0', StringComparison.Ordinal) ? (kind, key[(at + 1)..]) : null;

    private void Tell(bool good, string text) => (Good, Told) = (good, text);

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    private DateTimeOffset? At(string? day) => string.IsNullOrEmpty(day) ? null
        : ReportPeriod.TryParse(day, null, options.TimeZone, time.GetUtcNow(), out _)?.From ?? throw new ChargingFault($"'{day}' is not a date");

    /// <summary>An amount as people of the reader's language write it.</summary>
    private decimal? Amount(string? text) => string.IsNullOrWhiteSpace(text) ? null : TypedAmount.Read(text, words.Culture) switch
    {
        TypedAmount.Clear clear => clear.Value,
        TypedAmount.Unclear(var thousands, var fraction) => throw new ChargingFault($"'{text}' may mean {thousands.ToString(words.Culture)} or {Fraction(fraction)}: write it in one of these ways"),
        _ => throw new ChargingFault($"'{text}' is not an amount such as 0.05"),
    };

    private string Fraction(decimal amount) => amount.ToString("0.0##", words.Culture);

    /// <summary>An amount in a file for programs.</summary>
    private static string? Plain(long? micros) => micros is { } m ? (m / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture) : null;

    private static string[]? Names(string? text) => text?.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
