using CopyTrack.Server.Data;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Reports.Packs;
using CopyTrack.Server.Reports.Schedules;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Reports;

/// <summary>Wires reports and the audit.</summary>
internal static class ReportServices
{
    /// <summary>Adds them over the database of <c>AddData</c>. An <see cref="AuditKey"/> among the services lets audits leave sealed checkpoints.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services, ReportOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<EntryReader>();
        services.AddSingleton<PackedUsage>();
        services.AddSingleton<UsagePacker>();
        services.AddSingleton<FirstSums>();
        services.AddSingleton<UsageReader>();
        services.AddSingleton<CoverageReader>();
        services.AddSingleton<PageReports>();
        services.AddSingleton<JobsReport>();
        services.AddSingleton<MeterSpans>();
        services.AddSingleton<MeterReports>();
        services.AddSingleton<BalanceReader>();
        services.AddSingleton<ReportService>();
        services.AddSingleton<TopPeople>();
        services.AddSingleton<ReportViews>();
        services.AddSingleton(_ => new ExportGate(options.Exports));
        services.AddSingleton(_ => new PdfPrinter(options.Pdf));
        services.AddSingleton<ReportFiles>();
        services.AddSingleton<ListFiles>();
        services.TryAddSingleton<IReportLanguages>(EnglishWords.Instance);
        services.AddSingleton<SavedReports>();
        services.AddSingleton<ReportSchedules>();
        services.AddSingleton(p => new AuditRunner(p.GetRequiredService<IDatabase>(), p.GetRequiredService<TimeProvider>(), p.GetService<AuditKey>()));
        services.AddSingleton<DeviceIntervals>();
        services.AddSingleton<SessionCounts>();
        return services;
    }

    /// <summary>Adds the mailing of reports by schedule, and the packing of days. Needs an <see cref="IReportOwners"/> and an <see cref="IReportLanguages"/>.</summary>
    public static IServiceCollection AddReportSchedules(this IServiceCollection services)
    {
        services.AddSingleton<ReportDeliverer>();
        services.AddSingleton<ReportRounds>();
        services.AddHostedService(p => p.GetRequiredService<ReportRounds>());
        services.AddHostedService<PackRounds>();
        return services;
    }
}
