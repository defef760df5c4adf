using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Identity.Rights;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;
using Dapper;

namespace CopyTrack.Server.Receipts;

/// <summary>What a device is told before a job.</summary>
internal sealed record JobAnswer(bool Allowed, bool ColorAllowed, long? MaxImpressions, string? Reservation, string? Text);

/// <summary>Rights first, then what is left of a quota. What nobody answers for is refused.</summary>
internal sealed class JobAuthorization(IDatabase database, IDeviceJournal journal, PersonRepository people, DeviceRepository devices, AccountNames names, IJobAllowance allowance, TerminalPolicy policy, DecisionContexts contexts)
{
    private sealed record Holder(long PersonId, long? ProjectId, long? SessionId, DeviceFunctions Functions);

    /// <summary>The answer for a job of the session, or of whoever the names mean.</summary>
    public async Task<JobAnswer> AskAsync(DeviceCaller device, JobReceipt job, bool? color, long? impressions, CancellationToken cancellationToken)
    {
        if (await HolderAsync(device, job, cancellationToken) is not { } holder)
        {
            return new JobAnswer(false, false, null, null, "nobody is logged in here, and the names are not known");
        }

        var colorAllowed = holder.Functions.HasFlag(DeviceFunctions.CopyColor) || job.Service != JobService.Copy;
        var needed = job.Service switch
        {
            JobService.Copy => color == true ? DeviceFunctions.CopyColor : DeviceFunctions.Copy,
            JobService.Print => DeviceFunctions.Print,
            JobService.Scan => DeviceFunctions.Scan,
            JobService.FaxOut => DeviceFunctions.Fax,
            // Received faxes and the device's own pages are no person's to ask for.
            _ => DeviceFunctions.None,
        };
        if (needed == DeviceFunctions.None || (holder.Functions & needed) != needed)
        {
            return new JobAnswer(false, colorAllowed, null, null, "this is not permitted to you here");
        }

        var left = await allowance.AskAsync(
            new JobQuestion(device.OrgId, device.DeviceId, holder.PersonId, holder.ProjectId, holder.SessionId, job.JobId, job.Service, color, job.Pages.Select(p => p.Media).FirstOrDefault(), impressions),
            cancellationToken);
        return new JobAnswer(left.Allowed, colorAllowed, left.MaxImpressions, left.Reservation, left.Text);
    }

    private async Task<Holder?> HolderAsync(DeviceCaller device, JobReceipt job, CancellationToken cancellationToken)
    {
        if (job.Session is { } session)
        {
            var state = await journal.ReadAsync(device.DeviceId, cancellationToken);
            return state?.Open is { Record: { State: not SessionState.AwaitingProject } open } && open.Id == session && FunctionNames.TryParse(open.Functions, out var functions, out _)
                ? new Holder(open.PersonId, open.ProjectId, open.Id, functions)
                : null;
        }

        var owner = await names.OwnerAsync(device.OrgId, device.DeviceId, job, cancellationToken);
        if (owner.PersonId is not { } id || await people.GetAsync(id, cancellationToken) is not { Enabled: true, DirectoryEnabled: true } person
            || await devices.GetAsync(device.DeviceId, cancellationToken) is not { } row)
        {
            return null;
        }

        var groups = await database.ReadAsync(
            async (connection, ct) => (await connection.QueryAsync<PersonGroupRow>(new CommandDefinition(database.Sql["PersonGroup_ListByPersons"], new { ids = new[] { id } }, cancellationToken: ct))).AsList(),
            cancellationToken);
        var rights = RightsResolver.Resolve(new RightsInput
        {
            Person = Functions(person.Functions), SiteDefault = policy.DefaultFunctions, Device = Functions(row.Functions), DeviceColor = row.ColorCapable,
            CopyLicensed = contexts.IsLicensed,
            Groups = [.. groups.Where(g => policy.GroupFunctions.ContainsKey(g.GroupFolded)).Select(g => policy.GroupFunctions[g.GroupFolded])],
        });
        return new Holder(id, owner.ProjectId, null, rights.Functions);
    }

    private static DeviceFunctions? Functions(string? text) =>
        string.IsNullOrEmpty(text) ? null : FunctionNames.TryParse(text, out var functions, out _) ? functions : DeviceFunctions.None;
}
