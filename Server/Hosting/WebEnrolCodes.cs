using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Web;

namespace CopyTrack.Server.Hosting;

/// <summary>Enrolment codes for the web's terminals page.</summary>
internal sealed class WebEnrolCodes(TerminalRepository terminals, DeviceRepository devices, IEnrolmentCodes codes, ITerminalEndpoint endpoint, AuditLog audit) : IEnrolCodes
{
    /// <inheritdoc/>
    public async Task<EnrolCode?> MakeAsync(string name, string device, string actor, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(OrganisationRepository.DefaultId, device, cancellationToken) is not { } beside)
        {
            return null;
        }

        var terminal = await terminals.EnsureAsync(OrganisationRepository.DefaultId, name, beside.Id, null, actor, cancellationToken);
        await audit.TellAsync(OrganisationRepository.DefaultId, actor, "terminal.enrolCode", $"terminal:{terminal.Id}", null, cancellationToken);
        return await codes.CreateAsync(terminal.Id, cancellationToken) is { } code ? new EnrolCode(terminal.Id, code.Code, code.ExpiresAt, code.CaFingerprint, endpoint.Port) : null;
    }
}
