using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Inventory;

/// <summary>A job that a device keeps in its MIB. Names of documents are never read. Null = the device does not say.</summary>
public sealed record DeviceJob(
    string Id, PageFunction Function, PageColor Color, string? User, long? Impressions, string State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    /// <summary>The number that the device gave it; null where it gives none that grows.</summary>
    public long? Number { get; init; }
}

/// <summary>
/// Reads the jobs that a device keeps with the people who made them, where its profile says where. It names people: nothing here runs unless an operator asks for it.
/// </summary>
public sealed class JobHistory(ISnmpClient client, ProfileLibrary library)
{
    /// <summary>The most jobs that are read.</summary>
    public const int MostJobs = 2000;

    /// <summary>The jobs in the device's order; empty when it keeps none, is no printer or does not answer. <paramref name="profile"/> as in <see cref="DeviceProbe"/>.</summary>
    public async Task<ImmutableArray<DeviceJob>> ReadAsync(SnmpTarget target, string? profile, CancellationToken cancellationToken)
    {
        var view = new MibView(client, target);
        var survey = new DeviceSurvey(view, library);
        await survey.RunAsync(string.IsNullOrEmpty(profile) ? null : library.Find(profile), cancellationToken);
        // A maker's table first; the Job Monitoring MIB (RFC 2707) is for all.
        foreach (var table in new[] { survey.Profile?.Jobs, survey.Profile is null ? null : library.Standard.Jobs }.OfType<ProfileJobs>().Distinct())
        {
            await view.SweepAsync([], [.. Columns(table).Select(c => new SweepColumn(c, 20, 12) { MaxRows = MostJobs })], cancellationToken);
            if (Jobs(view, table) is { IsEmpty: false } jobs)
            {
                return jobs;
            }
        }

        return [];
    }

    private static IEnumerable<ObjectIdentifier> Columns(ProfileJobs table) =>
        new[] { table.Function, table.State, table.User, table.Impressions, table.Color, table.Started, table.Ended, table.Number }.Where(c => c.Length > 0).Append(table.Key).Distinct();

    private static ImmutableArray<DeviceJob> Jobs(MibView view, ProfileJobs table)
    {
        var jobs = ImmutableArray.CreateBuilder<DeviceJob>();
        foreach (var row in view.Rows(table.Key).ToArray())
        {
            var index = row.Oid.After(table.Key).ToArray();
            SnmpValue? At(ObjectIdentifier column) => column.Length == 0 ? null : view[column.Append(index)];
            jobs.Add(new DeviceJob(
                string.Join('.', index.Select(i => i.ToString(CultureInfo.InvariantCulture))),
                Word(table.Functions, At(table.Function)) is { } function && Enum.TryParse<PageFunction>(function, ignoreCase: true, out var known) ? known : PageFunction.Other,
                Word(table.Colors, At(table.Color)) is { } color && Enum.TryParse<PageColor>(color, ignoreCase: true, out var colored) ? colored : PageColor.Any,
                DeviceText.Read(At(table.User)), At(table.Impressions)?.AsInteger is >= 0 and var pages ? pages : null,
                Word(table.States, At(table.State)) ?? "unknown", Time(At(table.Started)), Time(At(table.Ended)))
            {
                Number = table.Number.Length > 0 ? At(table.Number)?.AsInteger : index.Length > 0 ? index[^1] : null,
            });
        }

        return jobs.ToImmutable();
    }

    private static string? Word(ImmutableDictionary<string, string> words, SnmpValue? value) =>
        value?.AsInteger is { } code ? words.GetValueOrDefault(code.ToString(CultureInfo.InvariantCulture)) : null;

    /// <summary>Seconds since 1970; what is not after 2000 is a clock that was never set.</summary>
    private static DateTimeOffset? Time(SnmpValue? value) => value?.AsInteger is > 946_684_800 and <= uint.MaxValue and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
