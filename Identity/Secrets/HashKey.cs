namespace CopyTrack.Identity.Secrets;

/// <summary>
/// A key of the ring: <see cref="Id"/> stands beside every hash made with it. A retired key makes and matches nothing any more.
/// </summary>
public sealed record HashKey(string Id, ReadOnlyMemory<byte> Material, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt = null)
{
    /// <summary>Length of a key made by us, in bytes.</summary>
    public const int Length = 32;

    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id);
        return true;
    }
}

/// <summary>A value's hash and the key it was made with; both are stored, the value never.</summary>
public readonly record struct KeyedHash(string KeyId, ReadOnlyMemory<byte> Hash);

/// <summary>What a keyed hash is of. The names go into the hash, so a PIN never equals a card.</summary>
public static class HashKinds
{
    /// <summary>A canonical card number after the rules.</summary>
    public const string Card = "card";

    /// <summary>A PIN.</summary>
    public const string Pin = "pin";

    /// <summary>A person's activation code.</summary>
    public const string ActivationCode = "activation";

    /// <summary>The one-time code for the first administrator.</summary>
    public const string SetupCode = "setup";

    /// <summary>A name as submitted, for lock-out counts of names that may not exist.</summary>
    public const string SubmittedName = "submitted";
}
