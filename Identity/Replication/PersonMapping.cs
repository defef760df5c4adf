using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>Makes a person of an entry. Pure: takes the time, reads nothing but the entry.</summary>
public static class PersonMapping
{
    /// <summary>Longest text, in characters; what the person table holds.</summary>
    public const int MaxText = 256;

    /// <summary>Most principals of one person beside the first.</summary>
    public const int MaxPrincipals = 16;

    /// <summary>Most cards of one person.</summary>
    public const int MaxCards = 64;

    /// <summary>
    /// The person, or why the entry can't be one: no user name, or one that is too long, or with signs that no name has. Single bad values are left
    /// out and told in <see cref="DirectoryPerson.Faults"/>. <paramref name="key"/> is that by which groups name the entry (<see cref="MemberKey"/>).
    /// </summary>
    public static MapOutcome Map(LdapEntry entry, byte[] uuid, byte[] key, PersonMap map, DateTimeOffset now)
    {
        var name = map.UserName.Of(entry, map.Realm);
        if (name is null || FaultOf(name) is not null || name.Contains(';', StringComparison.Ordinal))
        {
            return new MapOutcome.Unusable(name is null ? "it has no user name" : $"its user name {FaultOf(name) ?? "contains ';'"}");
        }

        var faults = new List<string>();
        AttributeText[] texts = [map.DisplayName, map.Email, map.Department, map.CostCentre, map.Language, map.Principal];
        var values = new string?[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            values[i] = Text(texts[i].Of(entry, map.Realm), DirectoryPerson.Columns[i], faults);
        }

        return new MapOutcome.Person(new DirectoryPerson
        {
            Uuid = uuid,
            DnKey = key,
            UserName = name,
            Texts = ImmutableCollectionsMarshal.AsImmutableArray(values),
            OtherPrincipals = Principals(entry, map, values[^1], faults),
            PrimaryGroup = SecurityId.PrimaryGroup(entry),
            Cards = Cards(entry, map, faults),
            MemberOf = entry.Count("memberOf") == 0 ? [] : [.. entry.Texts("memberOf").Select(dn => (LdapDn.Key(dn), LdapDn.FirstValue(dn)))],
            Inactive = AccountState.Inactive(entry, now),
            Faults = faults.Count == 0 ? [] : [.. faults],
        });
    }

    /// <summary>Why a text can't be taken; null when it can.</summary>
    internal static string? FaultOf(string text) =>
        text.Length > MaxText ? string.Create(CultureInfo.InvariantCulture, $"is longer than {MaxText} characters")
        : text.AsSpan().ContainsAnyInRange('\0', '\u001F') || text.AsSpan().ContainsAnyInRange('\u007F', '\u009F') ? "contains a control character"
        : null;

    private static string? Text(string? value, string column, List<string> faults)
    {
        if (value is null || FaultOf(value) is not { } fault)
        {
            return value;
        }

        faults.Add($"{column} {fault}");
        return null;
    }

    /// <summary>Principals are taken whole; what Active Directory calls a principal (<c>anna@ad.example</c>) is always one of the directory's own realm.</summary>
    private static ImmutableArray<string> Principals(LdapEntry entry, PersonMap map, string? first, List<string> faults)
    {
        SortedSet<string>? found = null;
        foreach (var attribute in map.OtherPrincipals)
        {
            foreach (var value in entry.Count(attribute) == 0 ? [] : entry.Values(attribute))
            {
                if (LdapEntry.ToText(value.Span)?.Trim() is not { Length: > 0 } text || FaultOf(text) is not null)
                {
                    faults.Add($"a value of {attribute} is no principal");
                }
                else if (found is { Count: MaxPrincipals })
                {
                    faults.Add(string.Create(CultureInfo.InvariantCulture, $"more than {MaxPrincipals} principals"));
                    return [.. found];
                }
                else if (PrincipalOf(attribute, text, map.Realm) is { } name && name != first)
                {
                    (found ??= new SortedSet<string>(StringComparer.Ordinal)).Add(name);
                }
            }
        }

        return found is null ? [] : [.. found];

        static string? PrincipalOf(string attribute, string text, string? realm) =>
            attribute.Equals("userPrincipalName", StringComparison.OrdinalIgnoreCase) ? TicketName.Of(text, realm) : text;
    }

    private static ImmutableArray<string> Cards(LdapEntry entry, PersonMap map, List<string> faults)
    {
        if (map.Cards.IsEmpty)
        {
            return [];
        }

        var cards = new List<string>();
        foreach (var attribute in map.Cards)
        {
            foreach (var value in entry.Values(attribute))
            {
                if (cards.Count == MaxCards)
                {
                    faults.Add(string.Create(CultureInfo.InvariantCulture, $"more than {MaxCards} cards"));
                    return [.. cards];
                }

                var number = LdapEntry.ToText(value.Span) is { } text ? map.CardRule.Apply(text) : null;
                if (number is null)
                {
                    faults.Add($"a value of {attribute} is no card number");
                }
                else if (CardText.IsRandomUid(number))
                {
                    faults.Add($"a value of {attribute} is a number that its card makes anew each time");
                }
                else if (!cards.Contains(number))
                {
                    cards.Add(number);
                }
            }
        }

        return [.. cards];
    }
}
