using System.Text.Json;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Directories;

/// <summary>A part of a mapping that can't be; <see cref="Key"/> names it as the configuration does.</summary>
internal sealed class MappingFaultException(string key, string message) : Exception(message)
{
    public string Key { get; } = key;
}

/// <summary>A mapping as texts, as the configuration, REST and the page have them; null members leave what is there.</summary>
internal sealed record MapTexts
{
    private const int MaxLength = 512;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public string? UserName { get; init; }
    public string? DisplayName { get; init; }
    public string? Email { get; init; }
    public string? Department { get; init; }
    public string? CostCentre { get; init; }
    public string? Language { get; init; }
    public string? Principal { get; init; }
    public string? OtherPrincipals { get; init; }
    public string? Cards { get; init; }
    public string? CardRule { get; init; }
    public string? Realm { get; init; }

    /// <summary>The names of all members, as in the configuration.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [nameof(UserName), nameof(DisplayName), nameof(Email), nameof(Department), nameof(CostCentre), nameof(Language), nameof(Principal), nameof(OtherPrincipals), nameof(Cards), nameof(CardRule), nameof(Realm)];

    /// <summary>Made of what <paramref name="text"/> gives for each key; empty texts are null.</summary>
    public static MapTexts Of(Func<string, string?> text)
    {
        return new MapTexts
        {
            UserName = One(nameof(UserName)), DisplayName = One(nameof(DisplayName)), Email = One(nameof(Email)), Department = One(nameof(Department)), CostCentre = One(nameof(CostCentre)),
            Language = One(nameof(Language)), Principal = One(nameof(Principal)), OtherPrincipals = One(nameof(OtherPrincipals)), Cards = One(nameof(Cards)), CardRule = One(nameof(CardRule)), Realm = One(nameof(Realm)),
        };

        string? One(string key) => text(key) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
    }

    /// <summary>The text of a key; null when it leaves what is there.</summary>
    public string? this[string key] => key switch
    {
        nameof(UserName) => UserName, nameof(DisplayName) => DisplayName, nameof(Email) => Email, nameof(Department) => Department, nameof(CostCentre) => CostCentre, nameof(Language) => Language,
        nameof(Principal) => Principal, nameof(OtherPrincipals) => OtherPrincipals, nameof(Cards) => Cards, nameof(CardRule) => CardRule, nameof(Realm) => Realm,
        _ => throw new ArgumentOutOfRangeException(nameof(key)),
    };

    /// <summary>As it is stored; null for one that leaves everything.</summary>
    public string? ToStored() => this == new MapTexts() ? null : JsonSerializer.Serialize(this, s_json);

    /// <summary>What was stored; nothing for null.</summary>
    public static MapTexts OfStored(string? stored) => stored is null ? new MapTexts() : JsonSerializer.Deserialize<MapTexts>(stored, s_json)!;

    /// <summary>The mapping with what is said here instead of what was. Throws <see cref="MappingFaultException"/>.</summary>
    public MapOptions Over(MapOptions map)
    {
        foreach (var key in Keys)
        {
            if (this[key] is { } text && text.Any(char.IsControl))
            {
                throw new MappingFaultException(key, "contains a control character");
            }
        }

        return Parsed(map);
    }

    private MapOptions Parsed(MapOptions map) => map with
    {
        UserName = Text(nameof(UserName), UserName) is { IsNone: true } ? throw new MappingFaultException(nameof(UserName), "can't be empty") : Text(nameof(UserName), UserName) ?? map.UserName,
        DisplayName = Text(nameof(DisplayName), DisplayName) ?? map.DisplayName, Email = Text(nameof(Email), Email) ?? map.Email, Department = Text(nameof(Department), Department) ?? map.Department,
        CostCentre = Text(nameof(CostCentre), CostCentre) ?? map.CostCentre, Language = Text(nameof(Language), Language) ?? map.Language, Principal = Text(nameof(Principal), Principal) ?? map.Principal,
        OtherPrincipals = OtherPrincipals is null ? map.OtherPrincipals : [.. Names(nameof(OtherPrincipals), OtherPrincipals)],
        Cards = Cards is null ? map.Cards : [.. Names(nameof(Cards), Cards)],
        CardRule = CardRule is null ? map.CardRule : Identity.Cards.CardRule.Parse(CardRule) switch
        {
            CardRuleOutcome.Good good => good.Rule,
            CardRuleOutcome.Fault fault => throw new MappingFaultException(nameof(CardRule), $"{fault.Message} (at character {fault.Position + 1})"),
            _ => throw new InvalidOperationException("a rule outcome without a case"),
        },
        Realm = Realm is { Length: > MaxLength } ? throw new MappingFaultException(nameof(Realm), $"longer than {MaxLength} characters") : Realm ?? map.Realm,
    };

    /// <summary>Null when the text says nothing; <c>none</c> means that the directory has no say.</summary>
    private static AttributeText? Text(string key, string? text)
    {
        try
        {
            return text is null ? null : AttributeText.Parse(text == "none" ? "" : text);
        }
        catch (FormatException e)
        {
            throw new MappingFaultException(key, e.Message);
        }
    }

    private static IEnumerable<string> Names(string key, string text) => text.Length > MaxLength ? throw new MappingFaultException(key, $"longer than {MaxLength} characters") : text == "none" ? []
        : text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') ? name
            : throw new MappingFaultException(key, $"'{name}' is no name of an attribute"));
}
