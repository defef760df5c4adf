using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports;

/// <summary>Wires reports and the audit.</summary>
internal static class ReportServices
{
    /// <summary>Adds them over the database of <c>AddData</c>. An <see cref="AuditKey"/> among the services lets audits leave sealed checkpoints.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services, ReportOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<EntryReader>();
        services.AddSingleton<UsageReader>();
        services.AddSingleton<CoverageReader>();
        services.AddSingleton<PageReports>();
        services.AddSingleton<JobsReport>();
        services.AddSingleton<MeterSpans>();
        services.AddSingleton<MeterReports>();
        services.AddSingleton<BalanceReader>();
        services.AddSingleton<ReportService>();
        services.AddSingleton(p => new AuditRunner(p.GetRequiredService<IDatabase>(), p.GetRequiredService<TimeProvider>(), p.GetService<AuditKey>()));
        services.AddSingleton<DeviceIntervals>();
        services.AddSingleton<SessionCounts>();
        return services;
    }
}
