namespace CopyTrack.Server.Api;

/// <summary>Who may do what, in one table that pages and REST ask. What stands nowhere is for administrators of the whole organisation.</summary>
internal static class Access
{
    /// <summary>Everything that changes or shows what no part of an organisation owns.</summary>
    public static ApiAccess Administration { get; } = new(Reach.Whole, Roles.Administrator);

    /// <summary>Reports, sessions and entries, narrowed to the caller's scope.</summary>
    public static ApiAccess Reports { get; } = new(Reach.Narrowed, Roles.Administrator, Roles.Manager);

    /// <summary>People with names, cards and groups, of a department or all. Never where names are kept from the caller.</summary>
    public static ApiAccess People { get; } = new(Reach.People, Roles.Administrator, Roles.Manager);

    /// <summary>Asking for the name behind a pseudonym.</summary>
    public static ApiAccess AskName { get; } = new(Reach.Narrowed, Roles.Administrator, Roles.Manager);

    /// <summary>Lists of the fleet, narrowed to the caller's node or site.</summary>
    public static ApiAccess Fleet { get; } = new(Reach.Fleet, Roles.Administrator, Roles.Dealer, Roles.Customer);
}
