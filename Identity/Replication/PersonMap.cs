using System.Collections.Immutable;
using CopyTrack.Identity.Cards;

namespace CopyTrack.Identity.Replication;

/// <summary>Which attributes of an entry make a person. What is not mapped stays as it is at hand.</summary>
public sealed record PersonMap
{
    /// <summary>The name under which the person is known; an entry without one is nobody.</summary>
    public required AttributeText UserName { get; init; }

    /// <summary>The name to show.</summary>
    public AttributeText DisplayName { get; init; } = AttributeText.None;

    /// <summary>E-mail address.</summary>
    public AttributeText Email { get; init; } = AttributeText.None;

    /// <summary>Department.</summary>
    public AttributeText Department { get; init; } = AttributeText.None;

    /// <summary>Cost centre.</summary>
    public AttributeText CostCentre { get; init; } = AttributeText.None;

    /// <summary>Language.</summary>
    public AttributeText Language { get; init; } = AttributeText.None;

    /// <summary>Kerberos principal.</summary>
    public AttributeText Principal { get; init; } = AttributeText.None;

    /// <summary>Attributes that hold further principals, one or many in each.</summary>
    public ImmutableArray<string> OtherPrincipals { get; init; } = [];

    /// <summary>Attributes that hold card numbers, one or many in each.</summary>
    public ImmutableArray<string> Cards { get; init; } = [];

    /// <summary>What is made of a card number before it is stored.</summary>
    public CardRule CardRule { get; init; } = CardRule.Empty;

    /// <summary>Kerberos realm for <c>{realm}</c>.</summary>
    public string? Realm { get; init; }

    /// <summary>The attributes to ask for, without those of identity and state.</summary>
    public IEnumerable<string> Attributes =>
    [
        .. new[] { UserName, DisplayName, Email, Department, CostCentre, Language, Principal }.SelectMany(t => t.Attributes), .. OtherPrincipals, .. Cards,
    ];

    /// <summary>inetOrgPerson (RFC 2798), as OpenLDAP and most others have it.</summary>
    public static PersonMap InetOrgPerson { get; } = new()
    {
        UserName = AttributeText.Parse("uid"),
        DisplayName = AttributeText.Parse("displayName|{givenName} {sn}|cn"),
        Email = AttributeText.Parse("mail"),
        Department = AttributeText.Parse("departmentNumber|ou"),
        Language = AttributeText.Parse("preferredLanguage"),
        Principal = AttributeText.Parse("krbCanonicalName|krbPrincipalName"),
        OtherPrincipals = ["krbPrincipalName"],
    };

    /// <summary>Active Directory.</summary>
    public static PersonMap ActiveDirectory { get; } = new()
    {
        UserName = AttributeText.Parse("sAMAccountName"),
        DisplayName = AttributeText.Parse("displayName|{givenName} {sn}|cn"),
        Email = AttributeText.Parse("mail"),
        Department = AttributeText.Parse("department"),
        Language = AttributeText.Parse("preferredLanguage"),
        Principal = AttributeText.Parse("{sAMAccountName}@{realm}"),
        OtherPrincipals = ["userPrincipalName"],
    };
}
