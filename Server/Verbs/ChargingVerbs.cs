using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Verbs;

/// <summary><c>price</c>, <c>quota</c>, <c>device at-zero</c> and <c>licence show</c>: what the page Prices does, for scripts. A running server follows within seconds.</summary>
internal sealed class ChargingVerbs(PriceListRepository prices, QuotaRepository quotas, QuotaSubjects subjects, Licence licence, ReportOptions options, TimeProvider time)
{
    private const string Actor = "cli";
    private const long OrgId = OrganisationRepository.DefaultId;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime);

    /// <summary>Prints the price lists, one JSON object a line.</summary>
    public async Task<int> PricesAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var row in await prices.ListAsync(OrgId, cancellationToken))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(ChargingShapes.Of(row, options.Currency), s_json));
        }

        return 0;
    }

    /// <summary>Adds or replaces a price list and prints it. Throws <see cref="UsageException"/>.</summary>
    public async Task<int> PutPriceAsync(string name, PriceWords words, TextWriter output, CancellationToken cancellationToken)
    {
        var input = new PriceListInput
        {
            From = At("--from", words.From), Until = At("--until", words.Until), Mono = Amount("--mono", words.Mono), Color = Amount("--color", words.Color), LargeSurcharge = Amount("--large", words.Large),
            Sheet = Amount("--sheet", words.Sheet), Scan = Amount("--scan", words.Scan), Fax = Amount("--fax", words.Fax), Devices = Names(words.Devices), Sites = Names(words.Sites), Groups = Names(words.Groups),
        };
        var row = Checked(() => ChargingInputs.Row(OrgId, name, input, time.GetUtcNow()));
        await prices.PutAsync(row, Actor, cancellationToken);
        await output.WriteLineAsync(JsonSerializer.Serialize(ChargingShapes.Of(row, options.Currency), s_json));
        return 0;
    }

    /// <summary>Deletes a price list; 1 when there is none of the name.</summary>
    public async Task<int> DeletePriceAsync(string name, TextWriter error, CancellationToken cancellationToken) =>
        await prices.DeleteAsync(OrgId, name, Actor, cancellationToken) ? 0 : await MissingAsync(error, $"there is no price list '{name}'");

    /// <summary>Prints the limits with what was spent, one JSON object a line.</summary>
    public async Task<int> QuotasAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await foreach (var row in quotas.AllAsync(OrgId, Today, cancellationToken))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(ChargingShapes.Of(row, options.Currency), s_json));
        }

        return 0;
    }

    /// <summary>Sets a limit and prints it; with neither soft nor hard it is taken away and nothing printed. 1 when nobody has the name. Throws <see cref="UsageException"/>.</summary>
    public async Task<int> SetQuotaAsync(string kind, string name, string? period, (string? Soft, string? Hard, string? Extra) amounts, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (kind is not ("user" or "department" or "project"))
        {
            throw new UsageException($"quota set: '{kind}' is none of user, department, project");
        }

        if (await subjects.FindAsync(OrgId, kind, name, cancellationToken) is not { } who)
        {
            return await MissingAsync(error, $"there is no {kind} '{name}'");
        }

        var (span, soft, hard, extra) = Checked(() => (ChargingInputs.Period(period), ChargingInputs.Amount("soft", Amount("--soft", amounts.Soft)),
            ChargingInputs.Amount("hard", Amount("--hard", amounts.Hard)), ChargingInputs.Amount("extra", Amount("--extra", amounts.Extra)) ?? 0));
        await quotas.PutAsync(OrgId, who.Kind, who.Subject, span, soft, hard, extra, Actor, cancellationToken);
        if (await quotas.FindAsync(OrgId, who.Kind, who.Subject, Today, cancellationToken) is { } now)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(ChargingShapes.Of(now, options.Currency), s_json));
        }

        return 0;
    }

    /// <summary>Prints what happens at a device when a limit is used up, after setting it when a word is given; 1 when there is no such device. Throws <see cref="UsageException"/>.</summary>
    public async Task<int> AtZeroAsync(string device, string? word, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (word is not null && !await subjects.SetLocksAtZeroAsync(OrgId, device, Checked(() => ChargingInputs.Locks(word)), Actor, cancellationToken))
        {
            return await MissingAsync(error, $"there is no device '{device}'");
        }

        if (await subjects.LocksAtZeroAsync(OrgId, device, cancellationToken) is not { } locks)
        {
            return await MissingAsync(error, $"there is no device '{device}'");
        }

        await output.WriteLineAsync(locks ? "lock" : "finish");
        return 0;
    }

    /// <summary>Prints how copy tracking is licensed as a JSON object; 1 while it is not.</summary>
    public async Task<int> LicenceAsync(TextWriter output)
    {
        var shape = ChargingShapes.Of(licence);
        await output.WriteLineAsync(JsonSerializer.Serialize(shape, s_json));
        return shape.Licensed ? 0 : 1;
    }

    private DateTimeOffset? At(string option, string? day) => day is null ? null
        : ReportPeriod.TryParse(day, null, options.TimeZone, time.GetUtcNow(), out var fault)?.From ?? throw new UsageException($"{option}: {fault}");

    private static decimal? Amount(string option, string? text) => text is null ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : throw new UsageException($"{option}: '{text}' is not an amount such as 0.05");

    private static string[]? Names(string? text) => text?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static T Checked<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (ChargingFault fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    private static async Task<int> MissingAsync(TextWriter error, string what)
    {
        await error.WriteLineAsync(what);
        return 1;
    }
}

/// <summary>The options of <c>price put</c> as they were typed.</summary>
internal sealed record PriceWords(
    string? From, string? Until, string? Mono, string? Color, string? Large, string? Sheet, string? Scan, string? Fax, string? Devices, string? Sites, string? Groups);
