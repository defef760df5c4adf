using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>What the names of a request stand for. Null members do not narrow; id 0 and an empty text stand for "none".</summary>
internal sealed record ReportFilter
{
    public long? DeviceId { get; init; }
    public long? PersonId { get; init; }
    public long? ProjectId { get; init; }
    public string? Site { get; init; }
    public string? Department { get; init; }
    public string? CostCentre { get; init; }
    public int? Function { get; init; }
    public int? Cause { get; init; }
    public int? Hour { get; init; }

    /// <summary>True when it looks at one person, or at what belongs to no one.</summary>
    public bool OnlyOne => PersonId is not null;

    /// <summary>True when it looks at people, so that what belongs to no one is outside.</summary>
    public bool OnlyPeople => PersonId is > 0 || Department is not null || CostCentre is not null;
}

/// <summary>Looks the names of a request up.</summary>
internal sealed class ReportNarrowing(IDatabase database)
{
    private const int LongestName = 256;

    private readonly ReportPeople people = new(database);

    /// <summary>
    /// The filter. Throws <see cref="ReportRequestException"/> naming the one that does not exist; but to an asker who sees a part of the organisation, what does not exist and what lies
    /// outside of it hold nothing alike, so that no name outside can be guessed.
    /// </summary>
    public async Task<ReportFilter> OfAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        ReportFilter filter = new()
        {
            Site = Text("site", request.Site), Department = Text("department", request.Department), CostCentre = Text("cost centre", request.CostCentre),
            Function = Number<PageFunction>("function", request.Function), Cause = request.Cause == ReportRequest.NoOne ? 0 : Number<Cause>("cause", request.Cause),
            Hour = request.Hour is null or (>= 0 and <= 23) ? request.Hour : throw new ReportRequestException("An hour is a number from 0 to 23."),
        };
        Found found = await FoundAsync(request, cancellationToken);
        return filter with
        {
            DeviceId = Id("device", request.Device, found.DeviceId, request.Scope), PersonId = Id("user", request.User, await PersonAsync(request, found, cancellationToken), request.Scope),
            ProjectId = Id("project", request.Project, found.ProjectId, request.Scope),
        };
    }

    private async Task<Found> FoundAsync(ReportRequest request, CancellationToken cancellationToken) =>
        request is { Device: null, User: null, Project: null } ? new Found()
        : await database.ReadAsync((connection, ct) => connection.QuerySingleAsync<Found>(new CommandDefinition(database.Sql["Report_Names"], new
        {
            orgId = request.Scope.OrgId, device = Fold("device", request.Device), person = request.Scope.Names is null ? Fold("user", request.User) : null, project = Fold("project", request.Project),
        }, cancellationToken: ct)), cancellationToken);

    /// <summary>Whom the request names: by a pseudonym alone where names are kept from the asker; whoever was merged is whom they were merged into.</summary>
    private async Task<long?> PersonAsync(ReportRequest request, Found found, CancellationToken cancellationToken)
    {
        long? person = request is { Scope.Names: { } names, User: { } user } ? await people.OwnerAsync(names, request.Scope.OrgId, user, cancellationToken) : found.PersonId;
        return person is { } id ? await people.FollowAsync(request.Scope.OrgId, id, cancellationToken) : null;
    }

    private static long? Id(string what, string? name, long? found, ReportScope scope) => name switch
    {
        null => null,
        ReportRequest.NoOne when what != "device" => 0,
        _ when found is null && !scope.IsWhole => -1,
        _ => found ?? throw new ReportRequestException($"There is no {what} '{name}'."),
    };

    private static int? Number<T>(string what, string? word)
        where T : struct, Enum
    {
        if (word is null)
        {
            return null;
        }

        Dictionary<string, int> words = Enum.GetValues<T>().ToDictionary(v => Words.Camel(v.ToString()), v => Convert.ToInt32(v, CultureInfo.InvariantCulture), StringComparer.Ordinal);
        words.Remove("none");
        return words.TryGetValue(word, out int number) ? number
            : throw new ReportRequestException($"There is no {what} '{Short(word)}'; use one of {string.Join(", ", words.Keys)}.");
    }

    private static string? Text(string what, string? text) => text switch
    {
        null => null,
        ReportRequest.NoOne => "",
        { Length: > LongestName } => throw new ReportRequestException($"The name of the {what} is longer than {LongestName} characters."),
        _ => text,
    };

    private static string? Fold(string what, string? name) => Text(what, name) is { Length: > 0 } text ? NameFolding.Fold(text) : null;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private sealed record Found
    {
        public long? DeviceId { get; init; }
        public long? PersonId { get; init; }
        public long? ProjectId { get; init; }
    }
}
