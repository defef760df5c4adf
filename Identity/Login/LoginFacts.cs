using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Rights;

namespace CopyTrack.Identity.Login;

/// <summary>How a person logs in at a terminal.</summary>
public enum LoginMethod
{
    /// <summary>A bare card.</summary>
    Card = 0,

    /// <summary>A card and its owner's PIN.</summary>
    CardAndPin = 1,

    /// <summary>A PIN alone.</summary>
    Pin = 2,

    /// <summary>User name and password.</summary>
    Password = 3,

    /// <summary>A certificate on a smart card.</summary>
    SmartCard = 4,
}

/// <summary>Wire names of the methods (docs/terminal-protocol.md §3).</summary>
public static class LoginMethods
{
    /// <summary>The wire name.</summary>
    public static string Name(LoginMethod method) => method switch
    {
        LoginMethod.Card => "card",
        LoginMethod.CardAndPin => "card+pin",
        LoginMethod.Pin => "pin",
        LoginMethod.Password => "password",
        LoginMethod.SmartCard => "smartcard",
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };

    /// <summary>The method of a wire name, null for any other text.</summary>
    public static LoginMethod? Parse(string name) => name switch
    {
        "card" => LoginMethod.Card,
        "card+pin" => LoginMethod.CardAndPin,
        "pin" => LoginMethod.Pin,
        "password" => LoginMethod.Password,
        "smartcard" => LoginMethod.SmartCard,
        _ => null,
    };
}

/// <summary>What the look-up found out about the submitted secret of the person.</summary>
public enum SecretCheck
{
    /// <summary>No secret belongs to the method (a bare card).</summary>
    NotAsked = 0,

    /// <summary>The secret is right.</summary>
    Right = 1,

    /// <summary>The secret is wrong, or the person has none.</summary>
    Wrong = 2,
}

/// <summary>The person whom the look-up found: by the card, or for a PIN alone by the PIN.</summary>
public sealed record LoginPerson
{
    /// <summary>Id of the person.</summary>
    public required long Id { get; init; }

    /// <summary>False when an admin switched the person off.</summary>
    public required bool Enabled { get; init; }

    /// <summary>True when each session of theirs needs a project.</summary>
    public bool ProjectRequired { get; init; }

    /// <summary>The comparison of the PIN with this person's; for a PIN alone it is <see cref="SecretCheck.Right"/>, because the PIN found them.</summary>
    public SecretCheck Pin { get; init; }

    /// <summary>Lock-out state of the person.</summary>
    public LockoutState Lockout { get; init; } = LockoutState.None;

    /// <summary>True when the card's stored hash was made with an older key.</summary>
    public bool CardHashIsOld { get; init; }

    /// <summary>True when the PIN's stored hash was made with an older key.</summary>
    public bool PinHashIsOld { get; init; }

    /// <summary>What decides the person's functions at this device.</summary>
    public RightsInput Rights { get; init; } = new();
}

/// <summary>All that decides one login, as plain values.</summary>
public sealed record LoginFacts
{
    /// <summary>The method submitted.</summary>
    public required LoginMethod Method { get; init; }

    /// <summary>True when the setting and the terminal's capabilities offer the method.</summary>
    public required bool Offered { get; init; }

    /// <summary>Lock-out state of the terminal.</summary>
    public LockoutState Terminal { get; init; } = LockoutState.None;

    /// <summary>Whom the look-up found; null for nobody.</summary>
    public LoginPerson? Person { get; init; }
}
