namespace CopyTrack.Server.Web;

/// <summary>An enrolment code as it is told once, with the port that terminals connect to.</summary>
internal sealed record EnrolCode(string Terminal, string Code, DateTimeOffset ExpiresAt, string CaFingerprint, int Port);

/// <summary>Makes enrolment codes for the web; implemented over enrolment by the host. Without it the page offers none.</summary>
internal interface IEnrolCodes
{
    /// <summary>A code for the terminal of that name, made when there is none; <paramref name="actor"/> is for the audit log; null when no device has the name.</summary>
    Task<EnrolCode?> MakeAsync(string name, string device, string actor, CancellationToken cancellationToken);
}
