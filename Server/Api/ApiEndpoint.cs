using System.Collections.Immutable;

namespace CopyTrack.Server.Api;

/// <summary>A parameter of the query.</summary>
internal sealed record ApiParameter(string Name, string Type, string Text)
{
    public static ImmutableArray<ApiParameter> Page { get; } =
    [
        new("limit", "integer", "Most items of the page, 1 to 1000; 100 when absent."), new("cursor", "string", "The member 'next' of the page before."),
    ];

    public static ImmutableArray<ApiParameter> Period { get; } =
    [
        new("from", "string", "Beginning: a date in the site's time zone or an RFC 3339 time; the first of the month when absent."),
        new("to", "string", "End: a date, which is included, or an RFC 3339 time, which is not; the end of the month when absent."),
    ];
}

/// <summary>A request that passed the gate.</summary>
internal sealed record ApiCall(HttpContext Context, ApiCaller Caller)
{
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>A part of the path.</summary>
    public string Route(string name) => Context.Request.RouteValues[name] as string ?? "";

    /// <summary>A parameter of the query, null when absent or empty.</summary>
    public string? Query(string name)
    {
        string? value = Context.Request.Query[name];
        return string.IsNullOrEmpty(value) ? null : value.Length <= 2000 ? value : throw ApiProblem.BadRequest($"The parameter '{name}' is too long.", "Shorten it.");
    }

    /// <summary>Most items of a page.</summary>
    public int Limit => Query("limit") is not string text ? 100
        : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= 1000 ? limit
        : throw ApiProblem.BadRequest("'limit' is not a number from 1 to 1000.", "Leave it out for 100.");
}

/// <summary>One operation of the API: what routes, documents and guards it.</summary>
internal sealed record ApiEndpoint
{
    /// <summary>GET, PUT, POST or DELETE.</summary>
    public required string Method { get; init; }

    /// <summary>Below /api/v1, as <c>/users/{username}</c>.</summary>
    public required string Path { get; init; }

    /// <summary>One line for the document.</summary>
    public required string Summary { get; init; }

    /// <summary>Who may; null where the handler checks another kind of credential itself.</summary>
    public required ApiAccess? Access { get; init; }

    /// <summary>Answers a call; throws <see cref="ApiProblem"/> to refuse it.</summary>
    public required Func<ApiCall, Task<IResult>> Handle { get; init; }

    /// <summary>Parameters of the query.</summary>
    public ImmutableArray<ApiParameter> Parameters { get; init; } = [];

    /// <summary>Name of the body's schema; null without a body.</summary>
    public string? Body { get; init; }

    /// <summary>Name of the answer's schema; null for an answer without a body.</summary>
    public string? Answer { get; init; }
}
