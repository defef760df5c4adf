namespace CopyTrack.Server.WalkUp;

/// <summary>What administrators do to walk-ups; implemented by the walk-up.</summary>
public interface IWalkUpControl
{
    /// <summary>
    /// Ends the open session of the terminal's device with reason admin and locks the panel. True when a session was ended, false when none was
    /// open (the panel is told to lock all the same).
    /// </summary>
    Task<bool> LockAsync(string terminalId, CancellationToken cancellationToken);
}

/// <summary>Takes a terminal's trust away; implemented beside enrolment.</summary>
public interface ITerminalRevocation
{
    /// <summary>
    /// Revokes the terminal's certificates, cuts its connection on whatever node has it, and ends its open session with reason revoked. False when
    /// there is no such terminal. <paramref name="actor"/> is for the audit log.
    /// </summary>
    Task<bool> RevokeAsync(string terminalId, string actor, CancellationToken cancellationToken);
}
