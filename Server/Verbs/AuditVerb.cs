using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CopyTrack.Accounting.Audit;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Verbs;

/// <summary><c>audit</c>: checks the ledger of every device against its readings (docs/operations.md).</summary>
internal static class AuditVerb
{
    /// <summary>The command. <paramref name="open"/> gives the services of <c>AddReports</c> over a migrated database when it is run.</summary>
    public static Command Create(Func<CancellationToken, Task<IServiceProvider>> open, Stream output, TextWriter error)
    {
        Option<string?> device = new("--device") { Description = "Only this device" };
        Option<bool> full = new("--full") { Description = "From the first reading instead of the last good checkpoint" };
        Option<string> format = new("--format") { DefaultValueFactory = _ => "table", Description = "table or json" };
        Command command = new("audit", "Checks that every page on the meters stands in the ledger") { device, full, format };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            open, parsed.GetValue(device), parsed.GetValue(full), parsed.GetValue(format)!, output, error, cancellationToken));
        return command;
    }

    /// <summary>0 when all is good, 1 with the violations listed, 2 for wrong usage or an unknown device.</summary>
    internal static async Task<int> RunAsync(
        Func<CancellationToken, Task<IServiceProvider>> open, string? device, bool full, string format, Stream output, TextWriter error, CancellationToken cancellationToken)
    {
        if (format is not ("table" or "json"))
        {
            await error.WriteLineAsync("--format: must be table or json");
            return 2;
        }

        IServiceProvider services = await open(cancellationToken);
        AuditReport? report = await services.GetRequiredService<AuditRunner>().RunAsync(OrganisationRepository.DefaultId, device, full, cancellationToken);
        if (report is null)
        {
            await error.WriteLineAsync($"--device: there is no device '{device}'");
            return 2;
        }

        await using StreamWriter text = new(output, new UTF8Encoding(false), leaveOpen: true);
        await text.WriteLineAsync(format == "json" ? JsonSerializer.Serialize(report, Indented) : Table(report));
        return report.Ok ? 0 : 1;
    }

    private static JsonSerializerOptions Indented { get; } = new(ApiJson.Options) { WriteIndented = true };

    private static string Table(AuditReport report)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"device",-24}  {"epoch",5}  {"first",12}  {"last",12}  {"metered",10}  {"ledger",10}  {"difference",10}");
        foreach (DeviceVerdict device in report.Devices)
        {
            foreach (EpochVerdict e in device.Epochs)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{device.Device,-24}  {e.Epoch,5}  {e.First,12}  {e.Last,12}  {e.Metered,10}  {e.Ledger,10}  {e.Difference,10}");
            }
        }

        foreach (string violation in report.Devices.SelectMany(d => d.Violations))
        {
            text.AppendLine(violation);
        }

        return text.Append(report.Ok ? "The ledger is good." : "The ledger has violations.").ToString();
    }
}
