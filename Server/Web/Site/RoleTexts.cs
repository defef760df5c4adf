using CopyTrack.Server.Api;
using CopyTrack.Server.Web.SignIn;

namespace CopyTrack.Server.Web.Site;

/// <summary>What roles and the kinds of scopes are called, as keys of translation.</summary>
internal static class RoleTexts
{
    /// <summary>A role of <see cref="Roles"/>.</summary>
    public static string Role(string role) => role switch
    {
        Roles.Administrator => Words.Key("administrator"), Roles.Dealer => Words.Key("dealer"), Roles.Customer => Words.Key("customer"), Roles.Manager => Words.Key("manager"),
        Roles.User => Words.Key("employee"), Roles.Monitor => Words.Key("monitoring"), Roles.Provisioner => Words.Key("provisioning client"), _ => role,
    };

    /// <summary>A kind of <see cref="ScopeText.Kinds"/>.</summary>
    public static string Kind(string kind) => kind switch
    {
        "organisation" => Words.Key("organisation"), "site" => Words.Key("site"), "department" => Words.Key("department"), "project" => Words.Key("project"), "dealer" => Words.Key("dealer"),
        "customer" => Words.Key("customer"), _ => kind,
    };

    /// <summary>Scopes as people read them: "department Sales, site Bonn", or "everything".</summary>
    public static string Scope(Words words, string? scope) => scope is null ? words["everything"]
        : string.Join(", ", ScopeText.Lines(scope).Select(line => ScopeText.Split(line) is { } split ? $"{words[Kind(split.Kind)]} {split.Name}" : line));

    /// <summary>A role with its scope: "manager, department Sales".</summary>
    public static string Of(Words words, WebRole role) => role.Scope is null ? words[Role(role.Name)] : $"{words[Role(role.Name)]}, {Scope(words, role.Scope)}";
}
