using System.Collections.Immutable;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Directories;

/// <summary>One directory that people are replicated from. docs/operations.md tells every key of <c>Directories:NAME</c>.</summary>
internal sealed record DirectoryOptions
{
    /// <summary>Its name, the key of its section.</summary>
    public required string Name { get; init; }

    /// <summary>Its servers, in the order in which they are tried.</summary>
    public required ImmutableArray<LdapServer> Servers { get; init; }

    /// <summary>Certificates, times and bounds of connections.</summary>
    public LdapSettings Connection { get; init; } = new();

    /// <summary>Name of the reading account; null for none (anonymous, or SASL EXTERNAL with a client certificate).</summary>
    public string? BindDn { get; init; }

    /// <summary>Its password from the configuration or the environment; null when it is in a file or sealed in the database.</summary>
    public string? Password { get; init; }

    /// <summary>File whose first line is the password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Where people are.</summary>
    public required string BaseDn { get; init; }

    /// <summary>Who counts as a person; null for what fits the kind of server.</summary>
    public LdapFilter? Filter { get; init; }

    /// <summary>Where groups are; null for none, and then only memberOf of people counts.</summary>
    public string? GroupBaseDn { get; init; }

    /// <summary>Which groups count; null for what fits the kind of server.</summary>
    public LdapFilter? GroupFilter { get; init; }

    /// <summary>Attribute of a group's name.</summary>
    public string GroupName { get; init; } = "cn";

    /// <summary>Attributes to people; members that are null take what fits the kind of server.</summary>
    public MapOptions Map { get; init; } = new();

    /// <summary>The way of looking for changes; null for the best that the server offers.</summary>
    public string? Changes { get; init; }

    /// <summary>Entries of a page.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Most entries of one listing.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>Time between looks for changes; 15 minutes, since a new colleague's card should work before lunch.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Time between full listings; a day, since some ways of looking for changes miss deletions.</summary>
    public TimeSpan FullEvery { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest time of one run.</summary>
    public TimeSpan MaxRun { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many one run may take away.</summary>
    public RemovalLimits Removal { get; init; } = new();

    /// <summary>After how long the people whose entries went are erased; null never.</summary>
    public TimeSpan? PurgeAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Whether a person at hand with the same user name becomes the directory's.</summary>
    public bool Adopt { get; init; } = true;

    /// <summary>Its settings as stored (<see cref="EnteredDirectory"/>) when somebody entered it on the page or by REST; null for one of the configuration.</summary>
    public string? Entered { get; init; }

    /// <summary>The same with a stored mapping (<see cref="MapTexts"/>) over that of the configuration.</summary>
    public DirectoryOptions With(string? mapping) => mapping is null ? this : this with { Map = MapTexts.OfStored(mapping).Over(Map) };
}

/// <summary>The mapping as configured; null members take what fits the kind of server.</summary>
internal sealed record MapOptions
{
    public AttributeText? UserName { get; init; }
    public AttributeText? DisplayName { get; init; }
    public AttributeText? Email { get; init; }
    public AttributeText? Department { get; init; }
    public AttributeText? CostCentre { get; init; }
    public AttributeText? Language { get; init; }
    public AttributeText? Principal { get; init; }
    public ImmutableArray<string>? OtherPrincipals { get; init; }
    public ImmutableArray<string> Cards { get; init; } = [];
    public Identity.Cards.CardRule CardRule { get; init; } = Identity.Cards.CardRule.Empty;
    public string? Realm { get; init; }

    /// <summary>The mapping for a server.</summary>
    public PersonMap For(bool activeDirectory, string baseDn)
    {
        var d = activeDirectory ? PersonMap.ActiveDirectory : PersonMap.InetOrgPerson;
        return d with
        {
            UserName = UserName ?? d.UserName, DisplayName = DisplayName ?? d.DisplayName, Email = Email ?? d.Email, Department = Department ?? d.Department,
            CostCentre = CostCentre ?? d.CostCentre, Language = Language ?? d.Language, Principal = Principal ?? d.Principal, OtherPrincipals = OtherPrincipals ?? d.OtherPrincipals,
            Cards = Cards, CardRule = CardRule, Realm = Realm ?? LdapDn.Realm(baseDn),
        };
    }
}
