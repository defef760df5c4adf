using System.Text.Encodings.Web;
using System.Text.Json;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Login;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Verbs;

/// <summary><c>terminal enrol-code</c> and <c>terminal revoke</c>.</summary>
internal sealed class TerminalVerbs(TerminalRepository terminals, DeviceRepository devices, IEnrolmentCodes codes)
{
    private const string Actor = "cli";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Wanted(string Name, string Device, string? Model);

    /// <summary>Makes the terminal if needed and prints its code as one JSON line; 1 when there is no such device.</summary>
    public async Task<int> EnrolAsync(string name, string device, string? model, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await TryAsync(new Wanted(name, device, model), output, cancellationToken) is { } fault)
        {
            await error.WriteLineAsync(fault);
            return 1;
        }

        return 0;
    }

    /// <summary>Does that for every line of a CSV file (<c>name</c>, <c>device</c>, <c>model</c>); bad lines go to standard error, 1 when there was one.</summary>
    public async Task<int> EnrolFileAsync(string file, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var table = new CsvTable<Wanted>(() => new Wanted("", "", null), ["name", "device"], new Dictionary<string, Func<Wanted, string, Wanted>>
        {
            ["name"] = (wanted, cell) => wanted with { Name = cell },
            ["device"] = (wanted, cell) => wanted with { Device = cell },
            ["model"] = (wanted, cell) => wanted with { Model = cell },
        });
        Func<System.Collections.Immutable.ImmutableArray<string>, Wanted>? bind = null;
        var bad = false;
        using var text = InputFile.Open(file);
        foreach (var record in new CsvRecordReader(text).Read())
        {
            if (bind is null)
            {
                bind = record is CsvRecord.Good header ? table.Bind(header.Cells) : throw new UsageException($"{file}: the header can't be read");
                continue;
            }

            var fault = record is CsvRecord.Good good ? await TryBoundAsync(bind, good, output, cancellationToken) : ((CsvRecord.Bad)record).Reason;
            if (fault is not null)
            {
                await error.WriteLineAsync($"line {record.Line}: {fault}");
                bad = true;
            }
        }

        return bind is null ? throw new UsageException($"{file}: the file has no header line") : bad ? 1 : 0;
    }

    /// <summary>
    /// Sets the terminal's own card rules and login methods; what is not given stays, an empty text takes it back to the site's setting. Counts in running
    /// servers at once. 1 when there is none of that id. Throws <see cref="UsageException"/> for rules or methods that can't be.
    /// </summary>
    public async Task<int> ConfigureAsync(string id, string? cardRules, string? loginMethods, TextWriter error, CancellationToken cancellationToken)
    {
        if (cardRules is null && loginMethods is null)
        {
            throw new UsageException("terminal configure: needs --card-rules or --login-methods");
        }

        if (cardRules is { Length: > 0 } && CardRule.Parse(cardRules) is CardRuleOutcome.Fault fault)
        {
            throw new UsageException($"--card-rules: {fault.Message} (at character {fault.Position + 1})");
        }

        var wrong = loginMethods?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(m => LoginMethods.Parse(m) is null);
        if (wrong is not null)
        {
            throw new UsageException($"--login-methods: '{InputRules.Shorten(wrong)}' is none of card, pin, card+pin, password, smartcard");
        }

        var terminal = InputRules.Key(id) is null ? null : await terminals.GetAsync(id, cancellationToken);
        if (terminal is null
            || !await terminals.ConfigureAsync(id, Or(cardRules, terminal.CardRules), Or(loginMethods, terminal.LoginMethods), Actor, cancellationToken))
        {
            await error.WriteLineAsync($"there is no terminal '{InputRules.Shorten(id)}'");
            return 1;
        }

        return 0;

        static string? Or(string? given, string? kept) => given is null ? kept : given.Length == 0 ? null : given;
    }

    /// <summary>Revokes a terminal, also in servers that run; 1 when there is none of that id.</summary>
    public async Task<int> RevokeAsync(string id, TextWriter error, CancellationToken cancellationToken)
    {
        if (await terminals.RevokeAsync(id, Actor, cancellationToken))
        {
            return 0;
        }

        await error.WriteLineAsync($"there is no terminal '{id}'");
        return 1;
    }

    private async Task<string?> TryBoundAsync(
        Func<System.Collections.Immutable.ImmutableArray<string>, Wanted> bind, CsvRecord.Good record, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(bind(record.Cells), output, cancellationToken);
        }
        catch (InputFaultException fault)
        {
            return fault.Message;
        }
    }

    private async Task<string?> TryAsync(Wanted wanted, TextWriter output, CancellationToken cancellationToken)
    {
        string name;
        string? model;
        try
        {
            (name, model) = (InputRules.Name("name", wanted.Name), InputRules.Text("model", wanted.Model));
        }
        catch (InputFaultException fault)
        {
            return fault.Message;
        }

        if (InputRules.Key(wanted.Device) is null || await devices.FindAsync(OrganisationRepository.DefaultId, wanted.Device, cancellationToken) is not { } device)
        {
            return $"there is no device '{InputRules.Shorten(wanted.Device)}'";
        }

        var terminal = await terminals.EnsureAsync(OrganisationRepository.DefaultId, name, device.Id, model, Actor, cancellationToken);
        if (await codes.CreateAsync(terminal.Id, cancellationToken) is not { } code)
        {
            return $"there is no terminal '{terminal.Id}'";
        }

        await output.WriteLineAsync(JsonSerializer.Serialize(
            new { terminal = terminal.Id, code = code.Code, expiresAt = code.ExpiresAt.UtcDateTime, caFingerprint = code.CaFingerprint }, s_json));
        return null;
    }
}
