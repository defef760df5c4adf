using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Directories;

/// <summary>What the options mean at the server that answers. Pure.</summary>
internal sealed record DirectoryPlan
{
    /// <summary>Attributes to people.</summary>
    public required PersonMap Map { get; init; }

    /// <summary>How people are read.</summary>
    public required FeedScope People { get; init; }

    /// <summary>How groups are read; null when they are not.</summary>
    public required FeedScope? Groups { get; init; }

    /// <summary>Attributes of a group that name its members.</summary>
    public static ImmutableArray<string> MemberAttributes { get; } = ["member", "uniqueMember"];

    /// <summary>True when groups name members by their id (Active Directory).</summary>
    public required bool ById { get; init; }

    /// <summary>Way of looking for changes.</summary>
    public required string Method { get; init; }

    /// <summary>Print of all that decides who is found and how.</summary>
    public required byte[] Print { get; init; }

    /// <summary>The plan of a directory.</summary>
    public static DirectoryPlan Of(DirectoryOptions options, RootDse root)
    {
        var ad = root.IsActiveDirectory;
        var id = ad ? "objectGUID" : "entryUUID";
        var map = options.Map.For(ad, options.BaseDn);
        var filter = options.Filter ?? LdapFilter.Parse(ad ? "(&(objectCategory=person)(objectClass=user))" : "(objectClass=inetOrgPerson)");
        var groupFilter = options.GroupFilter ?? LdapFilter.Parse(ad ? "(objectClass=group)" : "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))");
        var people = new FeedScope
        {
            BaseDn = options.BaseDn, Filter = filter, IdAttribute = id, AdClass = ad ? "user" : null, PageSize = options.PageSize, MaxEntries = options.MaxEntries,
            Attributes = [.. new[] { id, "modifyTimestamp" }.Concat(map.Attributes).Concat(AccountState.Attributes).Concat(options.GroupBaseDn is null ? ["memberOf"] : ad ? ["objectSid", "primaryGroupID"] : []).Distinct(StringComparer.OrdinalIgnoreCase)],
        };
        var groups = options.GroupBaseDn is not { } groupBase ? null : new FeedScope
        {
            BaseDn = groupBase, Filter = groupFilter, IdAttribute = id, AdClass = ad ? "group" : null, PageSize = Math.Min(options.PageSize, 200), MaxEntries = GroupGraph.MaxGroups,
            Attributes = [id, "modifyTimestamp", options.GroupName, .. MemberAttributes, .. ad ? ["objectSid"] : Array.Empty<string>()], Controls = ad ? [LdapControls.ExtendedDn] : [],
        };
        return new DirectoryPlan { Map = map, People = people, Groups = groups, ById = ad, Method = options.Changes ?? Feeds.Best(root), Print = PrintOf(options, map, people, groups) };
    }

    private static byte[] PrintOf(DirectoryOptions options, PersonMap map, FeedScope people, FeedScope? groups)
    {
        var text = string.Join('\n',
        [
            .. new[] { people, groups }.OfType<FeedScope>().SelectMany(s => new[] { s.BaseDn, s.Filter.Encoded(), string.Join(',', s.Attributes) }),
            options.GroupName, map.UserName.ToString(), map.DisplayName.ToString(), map.Email.ToString(), map.Department.ToString(), map.CostCentre.ToString(), map.Language.ToString(),
            map.Principal.ToString(), string.Join(',', map.OtherPrincipals), string.Join(',', map.Cards), map.CardRule.ToString(), map.Realm ?? "", options.Adopt ? "adopt" : "",
        ]);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }
}
