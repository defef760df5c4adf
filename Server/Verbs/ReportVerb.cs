using System.CommandLine;
using System.Text;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Verbs;

/// <summary><c>report NAME</c>: prints a report (docs/operations.md).</summary>
internal static class ReportVerb
{
    /// <summary>The command. <paramref name="open"/> gives the services of <c>AddReports</c> over a migrated database when it is run.</summary>
    public static Command Create(Func<CancellationToken, Task<IServiceProvider>> open, Stream output, TextWriter error)
    {
        Argument<string> name = new("name") { Description = string.Join(", ", ReportNames.All) };
        Option<string> format = new("--format") { DefaultValueFactory = _ => "table", Description = "table, csv, json, xlsx or pdf" };
        Option<string?> language = new("--language") { Description = "Language of xlsx and pdf: en or de" };
        (string Member, Option<string?> Option)[] members =
        [
            Member("from", "--from", "First day in the site's time zone, or an RFC 3339 time"), Member("to", "--to", "Last day, or an RFC 3339 time that no longer belongs to it"),
            Member("period", "--period", $"In place of both: {string.Join(", ", ReportSpans.Words)}"), Member("by", "--by", $"Splits rows: {string.Join(", ", ReportNames.Splits)}"),
            Member("compare", "--compare", "Sets another period beside it: before, year or period"), Member("compareFrom", "--compare-from", "First day of the period to compare with, or an RFC 3339 time"),
            Member("compareTo", "--compare-to", "Its last day, or a time that no longer belongs to it"), Member("device", "--device", "Only this device"), Member("user", "--user", "Only this user"),
            Member("project", "--project", "Only this project"), Member("department", "--department", "Only this department"), Member("costCentre", "--cost-centre", "Only this cost centre"),
            Member("site", "--site", "Only this site"), Member("function", "--function", "Only this function"), Member("cause", "--cause", "Only this cause"), Member("hour", "--hour", "Only this hour, 0 to 23"),
        ];
        Command command = new("report", "Prints a report of this month or another period") { name, format, language };
        foreach ((_, Option<string?> option) in members)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(
            open, new Request(parsed.GetValue(name)!, members.ToDictionary(m => m.Member, m => parsed.GetValue(m.Option)), parsed.GetValue(format)!, parsed.GetValue(language)), output, error, cancellationToken));
        return command;

        static (string, Option<string?>) Member(string member, string option, string text) => (member, new Option<string?>(option) { Description = text });
    }

    /// <summary>Writes the report to <paramref name="output"/>; 0, or 2 with one line on <paramref name="error"/> for wrong usage.</summary>
    internal static async Task<int> RunAsync(
        Func<CancellationToken, Task<IServiceProvider>> open, Request request, Stream output, TextWriter error, CancellationToken cancellationToken)
    {
        if (request.Format != "table" && !ReportFiles.Formats.Contains(request.Format))
        {
            return await WrongAsync(error, "--format: must be table, csv, json, xlsx or pdf");
        }

        if (!ReportNames.All.Contains(request.Name))
        {
            return await WrongAsync(error, $"report: there is no '{request.Name}'; there are {string.Join(", ", ReportNames.All)}");
        }

        IServiceProvider services = await open(cancellationToken);
        try
        {
            ReportAddress address = ReportAddress.Read(m => m == "name" ? request.Name : request.Members.GetValueOrDefault(m));
            await WriteAsync(services, address, request, output, cancellationToken);
            return 0;
        }
        catch (ReportRequestException e)
        {
            return await WrongAsync(error, $"report: {e.Message}");
        }
        catch (PdfException e)
        {
            await error.WriteLineAsync(e.Message);
            return 3;
        }
    }

    private static async Task WriteAsync(IServiceProvider services, ReportAddress address, Request request, Stream output, CancellationToken cancellationToken)
    {
        if (request.Format is "csv" or "xlsx" or "pdf")
        {
            ReportFile file = await services.GetRequiredService<ReportFiles>().OpenAsync(
                address, ReportScope.Everything, request.Format, services.GetRequiredService<IReportLanguages>().Of(request.Language), null, null, cancellationToken);
            await file.WriteAsync(output, cancellationToken);
            return;
        }

        Report report = await services.GetRequiredService<ReportService>().BuildAsync(
            address.ToRequest(ReportScope.Everything, services.GetRequiredService<ReportOptions>().TimeZone, services.GetRequiredService<TimeProvider>().GetUtcNow()), cancellationToken);
        await using StreamWriter text = new(output, new UTF8Encoding(false), leaveOpen: true);
        if (request.Format == "json")
        {
            await ReportJson.WriteAsync(report, output, indented: true, cancellationToken);
            await text.WriteLineAsync();
        }
        else
        {
            await ReportTable.WriteAsync(report, text, cancellationToken);
        }

        await text.FlushAsync(cancellationToken);
    }

    private static async Task<int> WrongAsync(TextWriter error, string line)
    {
        await error.WriteLineAsync(line);
        return 2;
    }

    /// <summary>The arguments; members are those of <see cref="ReportAddress"/>.</summary>
    internal sealed record Request(string Name, IReadOnlyDictionary<string, string?> Members, string Format, string? Language = null);
}
