using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Price lists, limits and the licence.</summary>
internal sealed class PricesModel(PriceListRepository prices, QuotaRepository quotas, QuotaSubjects subjects, Licence licence, ReportOptions options, TimeProvider time) : PageModel
{
    public IReadOnlyList<PriceListRow> Lists { get; private set; } = [];
    public IReadOnlyList<QuotaRow> Quotas { get; private set; } = [];
    public string? Told { get; private set; }
    public IReadOnlyList<string> Locking { get; private set; } = [];

    /// <summary>What the form of lists begins with, and that of limits; null for empty.</summary>
    public PriceListRow? ListForm { get; private set; }

    /// <summary>See <see cref="ListForm"/>.</summary>
    public QuotaRow? QuotaForm { get; private set; }
    public string Currency => options.Currency;
    public string LicenceText { get; private set; } = "";
    public bool IsLicensed { get; private set; }

    /// <summary>An amount as people read it.</summary>
    public static string Money(long? micros) => micros is { } m ? (m / 1_000_000m).ToString("0.00####", CultureInfo.InvariantCulture) : "—";

    /// <summary>An amount as a form takes it; empty for none.</summary>
    public static string? Input(long? micros) => micros is { } m ? (m / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture) : null;

    /// <summary>A local date of an instant.</summary>
    public string Day(DateTimeOffset? at) => at is { } t ? TimeZoneInfo.ConvertTime(t, options.TimeZone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";

    public async Task OnGetAsync(string? list, string? kind, string? subject, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        ListForm = Lists.FirstOrDefault(l => l.Name == list);
        QuotaForm = Quotas.FirstOrDefault(q => ChargingShapes.Kind((QuotaKind)q.Kind) == kind && (q.Name ?? q.Subject) == subject);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Locking = await subjects.LockingAsync(OrganisationRepository.DefaultId, cancellationToken);
        Lists = await prices.ListAsync(OrganisationRepository.DefaultId, cancellationToken);
        Quotas = await quotas.ListAsync(OrganisationRepository.DefaultId, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime), cancellationToken);
        var entitlement = licence.Entitlement(out var reason);
        IsLicensed = licence.IsActive;
        LicenceText = reason ?? (entitlement?.Until is { } until ? $"{entitlement.Customer}, until {Day(until)}" : $"{entitlement?.Customer}, without end");
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
            Told = "The price list is kept. What was booked keeps its cost.";
        }
        catch (ChargingFault fault)
        {
            Told = $"Not kept: {fault.Message}.";
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostDeleteAsync(string? name, CancellationToken cancellationToken)
    {
        Told = await prices.DeleteAsync(OrganisationRepository.DefaultId, name ?? "", Actor, cancellationToken) ? "The price list is deleted. What was booked keeps its cost." : "There is no such price list.";
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
                Told = string.IsNullOrWhiteSpace(soft) && string.IsNullOrWhiteSpace(hard) ? "The limit is taken away." : "The limit is kept.";
            }
            else
            {
                Told = "Not kept: nobody has that name.";
            }
        }
        catch (ChargingFault fault)
        {
            Told = $"Not kept: {fault.Message}.";
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAtZeroAsync(string? device, string? what, CancellationToken cancellationToken)
    {
        try
        {
            Told = await subjects.SetLocksAtZeroAsync(OrganisationRepository.DefaultId, device ?? "", ChargingInputs.Locks(what), WebSession.Of(HttpContext)!.Actor, cancellationToken)
                ? "It is kept; it holds from the next login on." : "Not kept: there is no such device.";
        }
        catch (ChargingFault fault)
        {
            Told = $"Not kept: {fault.Message}.";
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    private DateTimeOffset? At(string? day) => string.IsNullOrEmpty(day) ? null
        : ReportPeriod.TryParse(day, null, options.TimeZone, time.GetUtcNow(), out _)?.From ?? throw new ChargingFault($"'{day}' is not a date");

    private static decimal? Amount(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : throw new ChargingFault($"'{text}' is not an amount such as 0.05");

    private static string[]? Names(string? text) => text?.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
