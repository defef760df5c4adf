using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Who asks, by token, account or group, with one role; <see cref="Scope"/> narrows what is seen.</summary>
internal abstract record Caller(string Role, ReportScope Scope)
{
    /// <summary>For the audit log: a kind and an id, never a name.</summary>
    public abstract string Actor { get; }

    public long OrgId => Scope.OrgId;

    /// <summary>True when the scope is a whole organisation.</summary>
    public bool IsWhole => Scope.IsWhole;

    /// <summary>Whether the caller may do what <see cref="Access"/> names.</summary>
    public bool May(ApiAccess access) => access.Fault(this) is null;

    /// <summary>Whether people's names are kept from the caller.</summary>
    public bool SeesPseudonyms => Scope.Names is not null;

    /// <summary>Whether a person is in the caller's scope; false under another organisation; sites and projects own no people.</summary>
    public bool Sees(PersonRow person) => person.OrgId == OrgId && (IsWhole || Scope.Departments.Has(person.Department));
}

/// <summary>A caller by token.</summary>
internal sealed record ApiCaller(long TokenId, string Role, ReportScope Scope) : Caller(Role, Scope)
{
    public override string Actor => FormattableString.Invariant($"token:{TokenId}");
}
