namespace CopyTrack.Terminal.Enrolment;

/// <summary>Enrolling failed; the message is fit for an operator and holds no secret. <see cref="Unreachable"/>: the server was not reached, trying again is worth while.</summary>
internal sealed class EnrolmentException(string message, bool unreachable = false, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the server was not reached.</summary>
    public bool Unreachable { get; } = unreachable;
}
