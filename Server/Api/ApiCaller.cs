using System.Collections.Immutable;

namespace CopyTrack.Server.Api;

/// <summary>Roles of tokens and accounts, by the names of docs/interfaces.md §1.</summary>
internal static class Roles
{
    public const string Administrator = "administrator", Dealer = "dealer", Customer = "customer", Manager = "manager", User = "user", Monitor = "monitor";

    /// <summary>Of tokens alone: may provision people by SCIM and nothing else.</summary>
    public const string Provisioner = "provisioner";

    public static ImmutableArray<string> All { get; } = [Administrator, Dealer, Customer, Manager, User, Monitor];
}

/// <summary>What of an organisation a path touches, so that scopes that do not cover it are refused.</summary>
internal enum Reach
{
    /// <summary>Answers narrow themselves to any scope.</summary>
    Narrowed,

    /// <summary>About devices: answers narrow themselves to sites; not for a scope without one.</summary>
    Devices,

    /// <summary>About people: answers narrow themselves to departments; not for a scope without one.</summary>
    People,

    /// <summary>About what agents meter: answers narrow themselves to dealers, customers and sites; not for a scope without one.</summary>
    Fleet,

    /// <summary>Changes or shows what no part of an organisation owns: only for whole organisations.</summary>
    Whole,
}

/// <summary>Who may call a path. Nothing is allowed that is not said here.</summary>
internal sealed record ApiAccess(Reach Reach, params ImmutableArray<string> Roles)
{
    /// <summary>Throws <see cref="ApiProblem"/> unless the caller may.</summary>
    public void Check(Caller caller)
    {
        if (Fault(caller) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Why the caller may not; null when it may.</summary>
    public ApiProblem? Fault(Caller caller)
    {
        if (!Roles.Contains(caller.Role))
        {
            return ApiProblem.Forbidden($"A token of role {caller.Role} may not do this.", $"Use a token of role {string.Join(" or ", Roles)}.");
        }

        bool covered = Reach switch
        {
            Reach.Narrowed => caller.Scope.Fleet.IsEmpty,
            Reach.Devices => caller.Scope.HasDevices,
            Reach.People => caller.Scope is { HasPeople: true, Names: null },
            Reach.Fleet => !caller.Scope.OnlyPeople,
            _ => caller.IsWhole,
        };
        return covered ? null : ApiProblem.Forbidden("The token's scope does not cover this.", "Use a token of a wider scope.");
    }
}
