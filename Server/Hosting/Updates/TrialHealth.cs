using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>What a version that has changed the database must show before it may open: the ledger that was good is good.</summary>
internal static class TrialHealth
{
    /// <summary>Null when all is well; else what is wrong. The audit goes on from the positions that the version before has left, and so takes little time.</summary>
    public static async Task<string?> FaultAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var report = await services.GetRequiredService<AuditRunner>().RunAsync(OrganisationRepository.DefaultId, null, full: false, cancellationToken);
        return report!.Ok ? null : report.Devices.SelectMany(d => d.Violations).First();
    }
}
