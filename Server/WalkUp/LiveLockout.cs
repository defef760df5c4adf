using CopyTrack.Identity.Lockout;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.WalkUp;

/// <summary>The numbers of lock-out as they hold now, for logins at terminals and sign-ins on the web alike.</summary>
internal sealed class LiveLockout(LockoutOptions configured, LiveSettings live)
{
    /// <summary>What holds now.</summary>
    public LockoutOptions Now => configured with
    {
        Attempts = live.Number("Lockout:Attempts", configured.Attempts), Window = Seconds("Lockout:WindowSeconds", configured.Window), PersonLock = Seconds("Lockout:Seconds", configured.PersonLock),
        TerminalAttempts = live.Number("Lockout:TerminalAttempts", configured.TerminalAttempts), TerminalLock = Seconds("Lockout:TerminalSeconds", configured.TerminalLock),
    };

    private TimeSpan Seconds(string key, TimeSpan otherwise) => live.Time(key, TimeSpan.FromSeconds(1), otherwise);
}
