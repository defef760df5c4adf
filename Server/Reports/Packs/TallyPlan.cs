using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// How a question is answered: first rows are added up by ids alone, which is the same for many questions and changes only with the days; then what is by department, cost centre, site or whoever
/// people were merged into is put together out of that, by where they belong now. Pure.
/// </summary>
internal sealed record TallyPlan
{
    private readonly ImmutableArray<TallyBy> ids;
    private readonly TallyFilter filter;
    private readonly UsageSplit split;

    private TallyPlan(ImmutableArray<TallyBy> ids, TallyFilter filter, UsageSplit split) => (this.ids, this.filter, this.split) = (ids, filter, split);

    /// <summary>What the first sums are kept under beside their days.</summary>
    public required string Key { get; init; }

    /// <summary>What the answer is kept under beside the key of the first sums, where sites are no part of it.</summary>
    public required string GroupedKey { get; init; }

    /// <summary>True when the first sums are the answer.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>True when it needs where people belong.</summary>
    public required bool NeedsPlaces { get; init; }

    /// <summary>True when it needs where devices stand.</summary>
    public required bool NeedsSites { get; init; }

    /// <summary>True when neither whose nor where matters, so that the sums of each day are enough.</summary>
    public required bool IsOfSums { get; init; }

    /// <summary>The plan of a question about nobody alone. <paramref name="anyMerged"/>: whether somebody of the organisation was merged.</summary>
    public static TallyPlan Of(UsageQuestion q, bool anyMerged)
    {
        (UsageSplit split, ReportFilter f, ReportScope scope) = (q.Split, q.Filter, q.Scope);
        bool narrowsPeople = f.Department is not null || f.CostCentre is not null || !scope.Departments.IsEmpty, narrowsSites = f.Site is not null || !scope.Sites.IsEmpty;
        // Rows of projects alone are chosen as they are added up; beside sites or departments only their union can be.
        bool joinsProjects = !scope.Projects.IsEmpty && !scope.OnlyProjects;
        bool byPlace = split.Person && (split.OnlyDepartments || split.OnlyCostCentres), bySite = split is { Device: true, OnlySites: true };
        (bool Is, TallyBy By)[] all =
        [
            (split.Person || narrowsPeople, TallyBy.Person), (split.Project || joinsProjects, TallyBy.Project), (split.Device || narrowsSites, TallyBy.Device), (split.Day, TallyBy.Day),
            (split.Month && !split.Day, TallyBy.Month), (split.Function, TallyBy.Function), (split.Cause, TallyBy.Cause),
        ];
        ImmutableArray<TallyBy> ids = [.. all.Where(a => a.Is).Select(a => a.By)];
        TallyFilter filter = new() { Owned = q.Owned, Person = f.PersonId, Device = f.DeviceId, Project = f.ProjectId, Projects = scope.OnlyProjects ? scope.Projects : null, Function = f.Function, Cause = f.Cause };
        return new TallyPlan(ids, filter, split)
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', ids)} {filter.Owned} {filter.Person} {filter.Device} {filter.Project} {filter.Projects} {filter.Function} {filter.Cause}"),
            GroupedKey = $"{split.Person} {split.OnlyDepartments} {split.OnlyCostCentres} {split.Device} {Places.Told(f.Department)} {Places.Told(f.CostCentre)} {split.Project} {scope.Departments} {(joinsProjects ? scope.Projects : null)}",
            IsPlain = !narrowsPeople && !narrowsSites && !joinsProjects && !byPlace && !bySite && !(split.Person && anyMerged),
            NeedsPlaces = narrowsPeople || byPlace, NeedsSites = narrowsSites || bySite,
            IsOfSums = !ids.Any(i => i is TallyBy.Person or TallyBy.Project or TallyBy.Device) && filter is { Person: null, Device: null, Project: null, Projects: null },
        };
    }

    /// <summary>An empty tally for the first sums.</summary>
    public UsageTally Begin() => new([.. ids.Select(i => new TallyAxis(i))], filter);

    /// <summary>The answer out of the first sums, which are closed. Somebody whom <paramref name="places"/> does not know belongs nowhere, and to no department that is asked for.</summary>
    public UsageTally Regroup(UsageTally sums, UsageQuestion q, IReadOnlyDictionary<long, MergedPerson> merged, Places? places, IReadOnlyDictionary<long, string?>? sites)
    {
        List<TallyAxis> axes = [];
        List<long[]> numbers = [];
        bool[] counts = [];
        Dictionary<TallyBy, long[]> all = [];
        for (int i = 0; i < ids.Length; i++)
        {
            long[] values = all[ids[i]] = sums.Numbers(i);
            if (AxisOf(ids[i]) is { } axis)
            {
                axes.Add(axis);
                numbers.Add(values);
            }

            if (Keeps(ids[i]) is { } keeps)
            {
                Choose(g => keeps(values[g]));
            }
        }

        if (q.Scope is { Sites.IsEmpty: false } or { Departments.IsEmpty: false })
        {
            (long[]? devices, long[]? people, long[]? projects) = (all.GetValueOrDefault(TallyBy.Device), all.GetValueOrDefault(TallyBy.Person), all.GetValueOrDefault(TallyBy.Project));
            bool bySite = !q.Scope.Sites.IsEmpty, byDepartment = !q.Scope.Departments.IsEmpty, byProject = !q.Scope.Projects.IsEmpty;
            Choose(g => q.Scope.Sees(bySite ? sites!.GetValueOrDefault(devices![g]) : null, byDepartment ? PlaceOf(people![g]).Department : null, byProject ? projects![g] : null));
        }

        UsageTally answer = new([.. axes], new TallyFilter());
        answer.Add(sums, numbers.ToArray(), counts);
        return answer;

        void Choose(Func<int, bool> keeps)
        {
            counts = counts.Length == 0 ? [.. Enumerable.Repeat(true, sums.Groups)] : counts;
            for (int g = 0; g < counts.Length; g++)
            {
                counts[g] = counts[g] && keeps(g);
            }
        }

        TallyAxis? AxisOf(TallyBy by) => by switch
        {
            TallyBy.Person => !split.Person ? null
                : split.OnlyDepartments ? new TallyAxis(TallyBy.Department, id => merged.TryGetValue(id, out MergedPerson? m) ? m.Department : PlaceOf(id).Department)
                : split.OnlyCostCentres ? new TallyAxis(TallyBy.CostCentre, id => merged.TryGetValue(id, out MergedPerson? m) ? m.CostCentre : PlaceOf(id).CostCentre)
                : new TallyAxis(TallyBy.Person, same: merged.Count == 0 ? null : id => merged.TryGetValue(id, out MergedPerson? m) ? m.IntoId : id),
            TallyBy.Device => !split.Device ? null : split.OnlySites ? new TallyAxis(TallyBy.Site, id => sites!.GetValueOrDefault(id)) : new TallyAxis(TallyBy.Device),
            TallyBy.Project when !split.Project => null,
            _ => new TallyAxis(by),
        };

        (string? Department, string? CostCentre) PlaceOf(long id) => places!.TryGet(id, out var place) ? place : default;

        Func<long, bool>? Keeps(TallyBy by) => by switch
        {
            TallyBy.Person when q.Filter is { Department: not null } or { CostCentre: not null } =>
                id => places!.TryGet(id, out var place)
                    && (q.Filter.Department is null || (place.Department ?? "") == q.Filter.Department) && (q.Filter.CostCentre is null || (place.CostCentre ?? "") == q.Filter.CostCentre),
            TallyBy.Device when q.Filter.Site is not null => id => sites!.TryGetValue(id, out string? site) && (site ?? "") == q.Filter.Site,
            _ => null,
        };
    }
}
