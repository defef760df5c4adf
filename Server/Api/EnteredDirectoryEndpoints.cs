using System.Globalization;
using CopyTrack.Identity.Ldap;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;

namespace CopyTrack.Server.Api;

/// <summary>Directories that are entered while the server runs; those of the configuration can be looked at.</summary>
internal sealed class EnteredDirectoryEndpoints(DirectoryConnectors directories, EnteredDirectories entered, DirectoryRepository rows, DirectoryCheck check)
{
    private static readonly ApiAccess Access = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/directories/{name}", Summary = "One directory; settings are told of one that was entered here, never its password.", Access = Access, Handle = GetAsync, Answer = "DirectorySettings" },
        new() { Method = "PUT", Path = "/directories/{name}", Summary = "Enters a directory or replaces its settings. An absent password keeps the one that is kept.", Access = Access, Handle = PutAsync, Body = "DirectoryInput", Answer = "DirectorySettings" },
        new() { Method = "DELETE", Path = "/directories/{name}", Summary = "Takes an entered directory away; its people stay and are at hand.", Access = Access, Handle = DeleteAsync },
        new() { Method = "GET", Path = "/directories/{name}/check", Summary = "Connects and shows what the first entries would become; changes nothing.", Access = Access, Handle = CheckAsync, Answer = "DirectoryFinding" },
    ];

    private static object Shape(DirectoryOptions o, DirectoryRow row)
    {
        EnteredDirectory? texts = o.Entered is null ? null : EnteredDirectory.OfStored(o.Entered);
        return new
        {
            name = o.Name, entered = texts is not null, kind = texts?[EnteredDirectory.Kind], servers = o.Servers.Select(s => s.ToString()), ca = texts?[EnteredDirectory.Ca], bindDn = texts?["BindDn"],
            hasPassword = row.PasswordSealed is not null, baseDn = o.BaseDn, filter = texts?["Filter"], groupBaseDn = o.GroupBaseDn, groupFilter = texts?["GroupFilter"], groupName = o.GroupName,
            changes = o.Changes ?? "auto", checkRevocation = o.Connection.CheckRevocation, adopt = o.Adopt, pageSize = o.PageSize, maxEntries = o.MaxEntries, everyMinutes = (int)o.Every.TotalMinutes,
            fullHours = (int)o.FullEvery.TotalHours, maxRunMinutes = (int)o.MaxRun.TotalMinutes, maxRemovePercent = o.Removal.Percent, maxRemoveCount = o.Removal.Count,
            purgeDays = (int)(o.PurgeAfter?.TotalDays ?? 0), connectSeconds = (int)o.Connection.ConnectTimeout.TotalSeconds, replySeconds = (int)o.Connection.ReplyTimeout.TotalSeconds, automatic = row.Automatic,
        };
    }

    private async Task<IResult> GetAsync(ApiCall call) => ApiResults.Ok(await ShapeAsync(call));

    private async Task<IResult> PutAsync(ApiCall call)
    {
        string name = Own(call) ? call.Route("name") : throw Unknown(call);
        Body input = await ApiJson.ReadAsync<Body>(call.Context);
        try
        {
            MapTexts map = await entered.FindAsync(name, call.Aborted) is { } row ? MapTexts.OfStored(row.Mapping) : new MapTexts();
            bool isNew = await entered.KeepAsync(new DirectoryInput(name, input.Texts(), map, input.Password), call.Caller.Actor, call.Aborted);
            return ApiResults.Ok(await ShapeAsync(call), isNew ? 201 : 200);
        }
        catch (DirectoryFaultException fault)
        {
            throw Refused(fault);
        }
    }

    private async Task<IResult> DeleteAsync(ApiCall call)
    {
        try
        {
            return Own(call) && await entered.RemoveAsync(call.Route("name"), call.Caller.Actor, call.Aborted) ? ApiResults.None() : throw Unknown(call);
        }
        catch (DirectoryFaultException fault)
        {
            throw Refused(fault);
        }
        catch (ClaimLostException)
        {
            throw new ApiProblem(409, "conflict", "That can't be done now", "Somebody else works on the directory.", "Try again in a minute.");
        }
    }

    private async Task<IResult> CheckAsync(ApiCall call)
    {
        try
        {
            return ApiResults.Ok(await check.RunAsync(await OneAsync(call), call.Aborted));
        }
        catch (LdapException e)
        {
            throw new ApiProblem(409, "conflict", "The directory can't be read", e.Message, "Do what the detail says and ask again.");
        }
    }

    private async Task<object> ShapeAsync(ApiCall call)
    {
        DirectoryOptions options = await OneAsync(call);
        return Shape(options, await rows.EnsureAsync(OrganisationRepository.DefaultId, options.Name, call.Aborted));
    }

    private async Task<DirectoryOptions> OneAsync(ApiCall call) => Own(call) && await directories.FindAsync(call.Route("name"), call.Aborted) is { } found ? found : throw Unknown(call);

    private static bool Own(ApiCall call) => call.Caller.OrgId == OrganisationRepository.DefaultId;

    private static ApiProblem Unknown(ApiCall call) => ApiProblem.NotFound("directory", call.Route("name"));

    private static ApiProblem Refused(DirectoryFaultException fault) => fault.Key.Length == 0
        ? new ApiProblem(409, "conflict", "That can't be done now", $"{char.ToUpperInvariant(fault.Message[0])}{fault.Message[1..]}.", "Do what the detail says and send the request again.")
        : new ApiProblem(422, "badValue", "A value can't be taken", $"{char.ToLowerInvariant(fault.Key[0])}{fault.Key[1..]}: {fault.Message}.", "Correct the member that is named and send the body again.");

    private sealed record Body
    {
        public string? Kind { get; init; }
        public IReadOnlyList<string>? Servers { get; init; }
        public string? Ca { get; init; }
        public bool? CheckRevocation { get; init; }
        public string? BindDn { get; init; }
        public string? Password { get; init; }
        public string? BaseDn { get; init; }
        public string? Filter { get; init; }
        public string? GroupBaseDn { get; init; }
        public string? GroupFilter { get; init; }
        public string? GroupName { get; init; }
        public string? Changes { get; init; }
        public bool? Adopt { get; init; }
        public int? PageSize { get; init; }
        public int? MaxEntries { get; init; }
        public int? EveryMinutes { get; init; }
        public int? FullHours { get; init; }
        public int? MaxRunMinutes { get; init; }
        public int? MaxRemovePercent { get; init; }
        public int? MaxRemoveCount { get; init; }
        public int? PurgeDays { get; init; }
        public int? ConnectSeconds { get; init; }
        public int? ReplySeconds { get; init; }

        /// <summary>The same as texts.</summary>
        public EnteredDirectory Texts() => EnteredDirectory.Of(key => key switch
        {
            nameof(Kind) => Kind, nameof(Servers) => Servers is null ? null : string.Join(';', Servers), nameof(Ca) => Ca, nameof(CheckRevocation) => Of(CheckRevocation), nameof(BindDn) => BindDn,
            nameof(BaseDn) => BaseDn, nameof(Filter) => Filter, nameof(GroupBaseDn) => GroupBaseDn, nameof(GroupFilter) => GroupFilter, nameof(GroupName) => GroupName, nameof(Changes) => Changes,
            nameof(Adopt) => Of(Adopt), nameof(PageSize) => Of(PageSize), nameof(MaxEntries) => Of(MaxEntries), nameof(EveryMinutes) => Of(EveryMinutes), nameof(FullHours) => Of(FullHours),
            nameof(MaxRunMinutes) => Of(MaxRunMinutes), nameof(MaxRemovePercent) => Of(MaxRemovePercent), nameof(MaxRemoveCount) => Of(MaxRemoveCount), nameof(PurgeDays) => Of(PurgeDays),
            nameof(ConnectSeconds) => Of(ConnectSeconds), nameof(ReplySeconds) => Of(ReplySeconds), _ => null,
        });

        /// <inheritdoc/>
        public override string ToString() => nameof(Body);

        private static string? Of(int? number) => number?.ToString(CultureInfo.InvariantCulture);

        private static string? Of(bool? flag) => flag is { } set ? set ? "true" : "false" : null;
    }
}
