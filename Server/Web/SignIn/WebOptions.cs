using System.Collections.Immutable;
using CopyTrack.Server.Api;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>Settings of the web (<c>Web:</c>).</summary>
internal sealed record WebOptions
{
    /// <summary><c>Web:Roles:GROUP</c>: what people of a group may be that a directory gives or an administrator, by the group's folded name. A group that is not named here gives nothing.</summary>
    public ImmutableDictionary<string, WebRole> Roles { get; init; } = ImmutableDictionary<string, WebRole>.Empty;

    /// <summary><c>Web:ProvisionedRoles:GROUP</c>: the same for groups that a provisioning client (SCIM) gives; its groups have no part in <see cref="Roles"/>.</summary>
    public ImmutableDictionary<string, WebRole> ProvisionedRoles { get; init; } = ImmutableDictionary<string, WebRole>.Empty;

    /// <summary><c>Web:IdleMinutes</c>: a session ends after so long without use; OWASP's figure for what guards money. Pages that load themselves again are no use.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary><c>Web:SessionHours</c>: a session ends after so long in any case: a working day.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Whether local accounts need a second step; false only in the demo, which listens to its own machine alone. No setting.</summary>
    public bool SecondStep { get; init; } = true;

    /// <summary>Tries for one name: so many at once, then half of it a minute. Lock-out counts wrong ones; this bounds the work.</summary>
    public int NameTries { get; init; } = 10;

    /// <summary>Tries from one address: so many at once, then half of it a minute. A whole office may sign in from one address in the morning.</summary>
    public int AddressTries { get; init; } = 60;

    /// <summary>
    /// Least time of a refused sign-in: above what the hash of a password and a KDC in the house need together, so that the clock does not tell names that exist
    /// from those that don't.
    /// </summary>
    public TimeSpan Refusal { get; init; } = TimeSpan.FromMilliseconds(1000);
}

/// <summary>A role (docs/interfaces.md §1) with its scopes, one a line; a null scope is all of the organisation.</summary>
internal sealed record WebRole(string Name, string? Scope)
{
    /// <summary>True when several scopes go together in it.</summary>
    public bool IsSeveral => Scope?.Contains('\n', StringComparison.Ordinal) == true;

    /// <summary>As it stands in settings; of several scopes <see cref="Whatever"/>.</summary>
    public string Text => Scope is null ? Name : IsSeveral ? Whatever : $"{Name} {Scope}";

    /// <summary>The role with all that is given of it, whatever that is on the day.</summary>
    public string Whatever => ScopeText.Whatever(Name, Scope);
}
