using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Roles of tokens and accounts, by the names of docs/interfaces.md §1.</summary>
internal static class Roles
{
    public const string Administrator = "administrator", Dealer = "dealer", Customer = "customer", Manager = "manager", User = "user", Monitor = "monitor";

    /// <summary>Of tokens alone: may provision people by SCIM and nothing else.</summary>
    public const string Provisioner = "provisioner";

    public static ImmutableArray<string> All { get; } = [Administrator, Dealer, Customer, Manager, User, Monitor];
}

/// <summary>Who calls, by a valid token; <see cref="Scope"/> narrows what is seen.</summary>
internal sealed record ApiCaller(long TokenId, string Role, ReportScope Scope)
{
    /// <summary>For the audit log.</summary>
    public string Actor => string.Create(CultureInfo.InvariantCulture, $"token:{TokenId}");

    public long OrgId => Scope.OrgId;

    /// <summary>What of the fleet is seen; null for nothing.</summary>
    public FleetScope? Fleet { get; init; }

    /// <summary>True when the scope is a whole organisation.</summary>
    public bool IsWhole => Scope is { Site: null, Department: null, Project: null };
}

/// <summary>What of an organisation a path touches, so that scopes that do not cover it are refused.</summary>
internal enum Reach
{
    /// <summary>Answers narrow themselves to any scope.</summary>
    Narrowed,

    /// <summary>About devices: not for a scope of one department or project.</summary>
    Devices,

    /// <summary>About people: not for a scope of one site or project.</summary>
    People,

    /// <summary>About what agents meter: answers narrow themselves to a dealer, a customer or a site; not for a scope of one department or project.</summary>
    Fleet,

    /// <summary>Changes or shows what no part of an organisation owns: only for whole organisations.</summary>
    Whole,
}

/// <summary>Who may call a path. Nothing is allowed that is not said here.</summary>
internal sealed record ApiAccess(Reach Reach, params ImmutableArray<string> Roles)
{
    /// <summary>Throws <see cref="ApiProblem"/> unless the caller may.</summary>
    public void Check(ApiCaller caller)
    {
        if (!Roles.Contains(caller.Role))
        {
            throw ApiProblem.Forbidden($"A token of role {caller.Role} may not do this.", $"Use a token of role {string.Join(" or ", Roles)}.");
        }

        bool covered = Reach switch
        {
            Reach.Fleet => caller.Fleet is not null,
            Reach.Narrowed => caller.Scope != ReportScope.Nothing,
            Reach.Devices => !caller.Scope.OnlyPeople,
            Reach.People => caller.Scope is { Site: null, Project: null },
            _ => caller.IsWhole,
        };
        if (!covered)
        {
            throw ApiProblem.Forbidden("The token's scope does not cover this.", "Use a token of a wider scope.");
        }
    }
}
