using System.CommandLine;
using System.Text;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Verbs;

/// <summary><c>report NAME</c>: prints a report (docs/operations.md).</summary>
internal static class ReportVerb
{
    /// <summary>The command. <paramref name="open"/> gives the services of <c>AddReports</c> over a migrated database when it is run.</summary>
    public static Command Create(Func<CancellationToken, Task<IServiceProvider>> open, Stream output, TextWriter error)
    {
        Argument<string> name = new("name") { Description = "users, devices, departments, projects, months, jobs, coverage or meters" };
        Option<string?> from = new("--from") { Description = "First day in the site's time zone, or an RFC 3339 time" };
        Option<string?> to = new("--to") { Description = "Last day, or an RFC 3339 time that no longer belongs to it" };
        Option<string?> by = new("--by") { Description = "Splits rows: user, device, department, project, month, day, function or cause" };
        Option<string?> device = new("--device") { Description = "Only this device" };
        Option<string?> user = new("--user") { Description = "Only this user" };
        Option<string> format = new("--format") { DefaultValueFactory = _ => "table", Description = "table, csv or json" };
        Command command = new("report", "Prints a report of this month or another period") { name, from, to, by, device, user, format };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            open, new Request(parsed.GetValue(name)!, parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(by), parsed.GetValue(device), parsed.GetValue(user), parsed.GetValue(format)!),
            output, error, cancellationToken));
        return command;
    }

    /// <summary>Writes the report to <paramref name="output"/>; 0, or 2 with one line on <paramref name="error"/> for wrong usage.</summary>
    internal static async Task<int> RunAsync(
        Func<CancellationToken, Task<IServiceProvider>> open, Request request, Stream output, TextWriter error, CancellationToken cancellationToken)
    {
        if (request.Format is not ("table" or "csv" or "json"))
        {
            return await WrongAsync(error, "--format: must be table, csv or json");
        }

        if (!ReportNames.All.Contains(request.Name))
        {
            return await WrongAsync(error, $"report: there is no '{request.Name}'; there are {string.Join(", ", ReportNames.All)}");
        }

        IServiceProvider services = await open(cancellationToken);
        TimeZoneInfo zone = services.GetRequiredService<ReportOptions>().TimeZone;
        ReportPeriod? period = ReportPeriod.TryParse(request.From, request.To, zone, services.GetRequiredService<TimeProvider>().GetUtcNow(), out string fault);
        if (period is null)
        {
            return await WrongAsync(error, $"--from/--to: {fault}");
        }

        try
        {
            Report report = await services.GetRequiredService<ReportService>().BuildAsync(
                new ReportRequest(request.Name, period, ReportScope.Everything, request.By, request.Device, request.User), cancellationToken);
            await WriteAsync(report, request.Format, output, cancellationToken);
            return 0;
        }
        catch (ReportRequestException e)
        {
            return await WrongAsync(error, $"report: {e.Message}");
        }
    }

    private static async Task WriteAsync(Report report, string format, Stream output, CancellationToken cancellationToken)
    {
        await using StreamWriter text = new(output, new UTF8Encoding(false), leaveOpen: true);
        switch (format)
        {
            case "csv":
                await ReportCsv.WriteAsync(report, output, cancellationToken);
                break;
            case "json":
                await ReportJson.WriteAsync(report, output, indented: true, cancellationToken);
                await text.WriteLineAsync();
                break;
            default:
                await ReportTable.WriteAsync(report, text, cancellationToken);
                break;
        }

        await text.FlushAsync(cancellationToken);
    }

    private static async Task<int> WrongAsync(TextWriter error, string line)
    {
        await error.WriteLineAsync(line);
        return 2;
    }

    /// <summary>The arguments.</summary>
    internal sealed record Request(string Name, string? From, string? To, string? By, string? Device, string? User, string Format);
}
