namespace CopyTrack.Server.Fleet;

/// <summary>What was wrong with a mail that a pipe received and that holds no message of an agent; told to the server in one word, in place of the mail.</summary>
internal static class MailFaults
{
    /// <summary>Words for the header <see cref="FleetEndpoints.MailHeader"/>.</summary>
    public const string None = "none", Broken = "broken", Long = "long";

    /// <summary>The fault in words for the administrator; null for a mail that holds a message.</summary>
    public static string? TextOf(string? word) => word switch
    {
        None => "a mail without a message of an agent",
        Broken => "a mail that can't be read",
        Long => "a mail that is too long",
        _ => null,
    };
}
