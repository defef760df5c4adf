namespace CopyTrack.Server.Reports;

/// <summary>Builds any report by its name, for the command line, the API and the web alike.</summary>
internal sealed class ReportService(PageReports pages, JobsReport jobs, MeterReports meters)
{
    /// <summary>The report; its rows may still have to be read from storage. Throws <see cref="ReportRequestException"/> for a request that can't be answered.</summary>
    public Task<Report> BuildAsync(ReportRequest request, CancellationToken cancellationToken) => request.Name switch
    {
        "jobs" => jobs.BuildAsync(request, cancellationToken),
        "coverage" => meters.CoverageAsync(request, cancellationToken),
        "meters" => meters.MetersAsync(request, cancellationToken),
        _ when ReportNames.OfPages.Contains(request.Name) => pages.BuildAsync(request, cancellationToken),
        _ => throw new ReportRequestException($"There is no report '{request.Name}'; there are {string.Join(", ", ReportNames.All)}."),
    };
}
