namespace CopyTrack.Server.Imports;

/// <summary>A person as an import line or a request body names them: what is absent stays, null clears.</summary>
public sealed record PersonInput
{
    public string UserName { get; init; } = "";
    public Optional<string> Organisation { get; init; }
    public Optional<string> DisplayName { get; init; }
    public Optional<string> Email { get; init; }
    public Optional<string> Department { get; init; }
    public Optional<string> CostCentre { get; init; }
    public Optional<IReadOnlyList<string>> Groups { get; init; }
    /// <summary>All cards of the person; others are taken away.</summary>
    public Optional<IReadOnlyList<string>> Cards { get; init; }
    public Optional<string> Pin { get; init; }
    public Optional<string> Principal { get; init; }
    public Optional<string> Language { get; init; }
    public Optional<IReadOnlyList<string>> Functions { get; init; }
    public Optional<bool?> ProjectRequired { get; init; }
    public Optional<bool?> Enabled { get; init; }

    /// <summary>A card to add to a person who must exist; nothing else is changed then.</summary>
    internal string? AddedCard { get; init; }

    // A record's own text would show PIN and cards.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("UserName of ").Append(UserName.Length).Append(" characters");
        return true;
    }
}

/// <summary>A device as an import line or a request body names it: what is absent stays, null clears.</summary>
public sealed record DeviceInput
{
    public string Name { get; init; } = "";
    public Optional<string> Organisation { get; init; }
    public Optional<string> Address { get; init; }
    public Optional<int?> Port { get; init; }
    public Optional<string> SnmpVersion { get; init; }
    public Optional<string> Community { get; init; }
    public Optional<string> V3User { get; init; }
    public Optional<string> V3Auth { get; init; }
    public Optional<string> V3AuthPassword { get; init; }
    public Optional<string> V3Priv { get; init; }
    public Optional<string> V3PrivPassword { get; init; }
    /// <summary>Context of version 3.</summary>
    public Optional<string> V3Context { get; init; }
    public Optional<string> Location { get; init; }
    public Optional<string> Site { get; init; }
    public Optional<IReadOnlyList<string>> Functions { get; init; }
    public Optional<bool?> ColorCapable { get; init; }
    public Optional<string> Profile { get; init; }
    public Optional<int?> InventorySeconds { get; init; }

    // A record's own text would show the community and the passwords.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name);
        return true;
    }
}

/// <summary>A project as an import line or a request body names it: what is absent stays, null clears.</summary>
public sealed record ProjectInput
{
    public string Code { get; init; } = "";
    public Optional<string> Organisation { get; init; }
    public Optional<string> Name { get; init; }
    /// <summary>Code of the project above it.</summary>
    public Optional<string> Parent { get; init; }
    /// <summary>User names; with <see cref="Groups"/> empty too, everyone may use the project.</summary>
    public Optional<IReadOnlyList<string>> Users { get; init; }
    public Optional<IReadOnlyList<string>> Groups { get; init; }
}
