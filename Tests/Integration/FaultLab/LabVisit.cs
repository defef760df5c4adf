namespace CopyTrack.Integration.FaultLab;

/// <summary>Somebody at one device, from the card to leaving. <see cref="Tag"/> names what they truly made.</summary>
internal sealed class LabVisit(string person, string card, string tag)
{
    public string Person => person;
    public string Card => card;
    public string Tag => tag;

    /// <summary>The session at the server; null before, or offline.</summary>
    public string? Session { get; set; }

    /// <summary>The terminal's own id of an offline login.</summary>
    public string? LocalId { get; set; }

    /// <summary>True while the panel is free for it.</summary>
    public bool HasPanel { get; set; }

    /// <summary>The job that runs for it.</summary>
    public string? Job { get; set; }

    /// <summary>Why it came to nothing; null when it got its panel.</summary>
    public string? Refused { get; set; }

    /// <summary>When they last touched the panel.</summary>
    public DateTimeOffset ActiveAt { get; set; }

    /// <summary>When they came, and went, by true time.</summary>
    public DateTimeOffset CameAt { get; init; }

    public DateTimeOffset? LeftAt { get; set; }

    /// <summary>The login as an offline terminal tells it.</summary>
    public DateTimeOffset LoginAt { get; set; }
}
