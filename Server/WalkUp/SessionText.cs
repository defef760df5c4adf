using System.Globalization;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.WalkUp;

/// <summary>Session ids and reasons as the terminal protocol writes them.</summary>
internal static class SessionText
{
    /// <summary>The id as an opaque text.</summary>
    public static string Of(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The id that a terminal sent, or null for one that was never ours.</summary>
    public static long? Parse(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Reason of panel.lock for the end of a session.</summary>
    public static string LockReason(EndReason reason) => reason switch
    {
        EndReason.User or EndReason.Card or EndReason.None => "logout",
        EndReason.Idle or EndReason.Lost or EndReason.MaxTime => "idle",
        EndReason.Handover => "handover",
        EndReason.Admin => "admin",
        EndReason.Revoked => "revoked",
        EndReason.Credit => "credit",
        EndReason.Error => "error",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>State as told in the hello's result.</summary>
    public static string State(SessionState state) => state switch
    {
        SessionState.Opening => "opening",
        SessionState.AwaitingProject => "awaitingProject",
        SessionState.Active => "active",
        SessionState.Settling => "settling",
        SessionState.Settled => "settled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The end that a terminal's logout reason means.</summary>
    public static EndReason Logout(string reason) => reason switch
    {
        "card" => EndReason.Card,
        "idle" => EndReason.Idle,
        "error" => EndReason.Error,
        _ => EndReason.User,
    };
}
