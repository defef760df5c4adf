using CopyTrack.Accounting.Receipts.Makers;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Receipts;

/// <summary>Wires what takes and books receipts. Needs Data, Secrets, Polling, Charging and WalkUp.</summary>
internal static class ReceiptServices
{
    /// <summary>Adds the devices' gate, the desk and the booker.</summary>
    public static IServiceCollection AddReceipts(this IServiceCollection services, ReceiptOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton<TerminalCertificateRepository>();
        services.AddSingleton<IReceiptAdapter>(p => new KyoceraJobLog(p.GetRequiredService<SiteSettings>().Zone));
        services.AddSingleton<RefusedMessages>();
        services.AddSingleton<DeviceGate>();
        services.AddSingleton<IJobAllowance, QuotaAllowance>();
        services.AddSingleton<JobAuthorization>();
        services.AddSingleton<BrotherFlow>();
        services.AddSingleton<ReportedMeters>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<ReceiptDesk>(p, p.GetRequiredService<LedgerClock>()));
        services.AddSingleton<ReceiptBooker>();
        services.AddSingleton<IReceiptBooking>(p => p.GetRequiredService<ReceiptBooker>());
        services.AddHostedService(p => p.GetRequiredService<ReceiptBooker>());
        return services;
    }
}
