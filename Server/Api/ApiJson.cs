using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CopyTrack.Server.Api;

/// <summary>How the API reads and writes JSON: camelCase, unknown is null and written, times RFC 3339 in UTC, bodies bounded and strict.</summary>
internal static class ApiJson
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaxBody = 64 * 1024;

    public static JsonSerializerOptions Options { get; } = Make(strict: false);

    /// <summary>For bodies: what can't be null refuses null.</summary>
    private static readonly JsonSerializerOptions s_strict = Make(strict: true);

    /// <summary>
    /// The body as <typeparamref name="T"/>. Throws <see cref="ApiProblem"/> for a body that is too large (413), no JSON (400 or 415), too deep, or has
    /// members that are unknown or doubled.
    /// </summary>
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!request.HasJsonContentType())
        {
            throw new ApiProblem(415, "notJson", "The body is not JSON", "The Content-Type of the body is not application/json.", "Send JSON with 'Content-Type: application/json'.");
        }

        byte[] buffer = new byte[MaxBody + 1];
        int length = 0;
        try
        {
            for (int n; length < buffer.Length && (n = await request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted)) > 0;)
            {
                length += n;
            }
        }
        catch (BadHttpRequestException e)
        {
            throw new ApiProblem(e.StatusCode, "badBody", "The body can't be read", "The body ended early or was larger than allowed.", "Send the whole body, at most 64 KiB.");
        }

        if (length > MaxBody)
        {
            throw new ApiProblem(413, "tooLarge", "The body is too large", $"The body has more than {MaxBody} bytes.", "Send one thing at a time, or import a CSV file.");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(buffer.AsSpan(0, length), s_strict) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw ApiProblem.BadRequest($"The body is not what this path takes{Where(e)}.", "Compare it with /api/v1/openapi.json; members not named there are refused.");
        }
    }

    private static string Where(JsonException e)
    {
        string path = ApiProblem.Shorten(e.Path ?? "");
        return path is "" or "$" ? "" : string.Create(CultureInfo.InvariantCulture, $" at {new string([.. path.Where(c => !char.IsControl(c))])}");
    }

    private static JsonSerializerOptions Make(bool strict)
    {
        JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
        {
            MaxDepth = 16, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, NumberHandling = JsonNumberHandling.Strict, RespectNullableAnnotations = strict,
        };
        options.Converters.Add(new UtcConverter());
        options.Converters.Add(new NamesConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>Lists of names hold texts and nothing else; the serialiser alone would let null in.</summary>
    private sealed class NamesConverter : JsonConverter<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            List<string> names = [];
            bool isList = reader.TokenType == JsonTokenType.StartArray;
            while (isList && reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                names.Add(reader.GetString()!);
            }

            return isList && reader.TokenType == JsonTokenType.EndArray ? names : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (string name in value)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
        }
    }

    private sealed class UtcConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Reports.ReportJson.Rfc3339(value));
    }
}
