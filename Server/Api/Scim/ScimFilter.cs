using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CopyTrack.Server.Api.Scim;

/// <summary>
/// A filter (RFC 7644 §3.4.2.2): comparisons of attributes, <c>and</c>, <c>or</c>, <c>not</c>, groups in parentheses and in brackets. Attributes are found without regard to case;
/// so are their values, but for ids. Pure.
/// </summary>
internal abstract record ScimFilter
{
    private ScimFilter() { }

    /// <summary>True for a resource, or a value of a multi-valued attribute, that fits.</summary>
    public abstract bool Matches(JsonObject resource);

    /// <summary>The value that the attribute must equal for anything to match; null when the filter does not say.</summary>
    public virtual string? MustEqual(string attribute) => null;

    /// <summary>Reads a filter. Throws <see cref="ScimProblem"/>.</summary>
    public static ScimFilter Parse(string text) => new ScimFilterParser(text).Whole();

    public sealed record Both(ScimFilter Left, ScimFilter Right) : ScimFilter
    {
        public override bool Matches(JsonObject resource) => Left.Matches(resource) && Right.Matches(resource);

        public override string? MustEqual(string attribute) => Left.MustEqual(attribute) ?? Right.MustEqual(attribute);
    }

    public sealed record Either(ScimFilter Left, ScimFilter Right) : ScimFilter
    {
        public override bool Matches(JsonObject resource) => Left.Matches(resource) || Right.Matches(resource);
    }

    public sealed record Not(ScimFilter Inner) : ScimFilter
    {
        public override bool Matches(JsonObject resource) => !Inner.Matches(resource);
    }

    /// <summary><c>emails[type eq "work"]</c>.</summary>
    public sealed record Within(ScimPath Path, ScimFilter Inner) : ScimFilter
    {
        public override bool Matches(JsonObject resource) => Path.Values(resource).OfType<JsonObject>().Any(Inner.Matches);
    }

    public sealed record Present(ScimPath Path) : ScimFilter
    {
        public override bool Matches(JsonObject resource) => Path.Values(resource).Any(v => v is not null && (v is not JsonValue one || !one.TryGetValue<string>(out var text) || text.Length > 0));
    }

    public sealed record Compare(ScimPath Path, string Operator, JsonNode? Value) : ScimFilter
    {
        public override bool Matches(JsonObject resource)
        {
            var found = Path.Values(resource).Select(v => v is JsonObject complex ? complex["value"] : v);
            return Operator switch
            {
                "ne" => !found.Any(v => Equal(v)),
                "eq" when Value is null => !found.Any(v => v is not null),
                _ => found.Any(One),
            };
        }

        public override string? MustEqual(string attribute) =>
            Operator == "eq" && Path.Sub is null && Path.Attribute.Equals(attribute, StringComparison.OrdinalIgnoreCase) && Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

        private bool One(JsonNode? found) => Operator switch
        {
            "eq" => Equal(found),
            "co" => Text(found)?.Contains(Text(Value) ?? "\0", StringComparison.OrdinalIgnoreCase) == true,
            "sw" => Text(found)?.StartsWith(Text(Value) ?? "\0", StringComparison.OrdinalIgnoreCase) == true,
            "ew" => Text(found)?.EndsWith(Text(Value) ?? "\0", StringComparison.OrdinalIgnoreCase) == true,
            "gt" => Order(found) > 0,
            "ge" => Order(found) >= 0,
            "lt" => Order(found) < 0,
            "le" => Order(found) <= 0,
            _ => throw new InvalidOperationException("an operator without a case"),
        };

        private bool Equal(JsonNode? found) => Text(found) is { } text && Text(Value) is { } wanted ? text.Equals(wanted, StringComparison.OrdinalIgnoreCase) : JsonNode.DeepEquals(found, Value);

        private int? Order(JsonNode? found) => Text(found) is not { } text || Text(Value) is not { } wanted ? null
            : Time(text) is { } at && Time(wanted) is { } limit ? at.CompareTo(limit) : string.Compare(text, wanted, StringComparison.OrdinalIgnoreCase);

        private static DateTimeOffset? Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

        private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }
}

/// <summary>An attribute, perhaps a part of one; a schema's URN before it does not count.</summary>
internal sealed record ScimPath(string Attribute, string? Sub, string? Urn = null)
{
    /// <summary>The values at a resource; of a multi-valued attribute all of them.</summary>
    public IEnumerable<JsonNode?> Values(JsonObject resource)
    {
        var from = Urn is null ? resource : Member(resource, Urn) as JsonObject;
        if (from is null || Member(from, Attribute) is not { } node)
        {
            yield break;
        }

        foreach (var value in node is JsonArray array ? array.AsEnumerable() : [node])
        {
            yield return Sub is null ? value : value is JsonObject complex ? Member(complex, Sub) : null;
        }
    }

    /// <summary>A member by name, whatever its case.</summary>
    public static JsonNode? Member(JsonObject from, string name) => from.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
