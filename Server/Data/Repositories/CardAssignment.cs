namespace CopyTrack.Server.Data.Repositories;

/// <summary>What became of giving an unknown card to a person.</summary>
public abstract record CardAssignment
{
    private CardAssignment() { }

    /// <summary>The card is the person's.</summary>
    public sealed record Assigned(PersonRow Person) : CardAssignment;

    /// <summary>The line is gone, of another organisation, or about no unknown card.</summary>
    public sealed record NoCard : CardAssignment;

    /// <summary>Nobody has that user name.</summary>
    public sealed record NoPerson : CardAssignment;

    /// <summary>Somebody else has the card by now.</summary>
    public sealed record Taken : CardAssignment;

    /// <summary>The card was kept under a hash key that is retired.</summary>
    public sealed record OldKey : CardAssignment;
}
