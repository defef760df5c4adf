using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports;

/// <summary>
/// What of an organisation the asker may see, from the scopes of a token, an account or groups: all of it, or what lies in one of the sites, belongs to somebody of one of the departments, or was made for one of
/// the projects. Each of them is a grant: together they show what each shows alone (docs/adr/0042).
/// </summary>
internal sealed record ReportScope
{
    private ReportScope(long orgId, bool isWhole) => (OrgId, IsWhole) = (orgId, isWhole);

    /// <summary>The whole default organisation.</summary>
    public static ReportScope Everything { get; } = Of(1);

    public long OrgId { get; }

    /// <summary>True when the whole organisation is seen.</summary>
    public bool IsWhole { get; }

    /// <summary>Names of sites; their devices are seen whole.</summary>
    public ValueSet<string> Sites { get; private init; } = ValueSet<string>.None;

    /// <summary>Departments of people.</summary>
    public ValueSet<string> Departments { get; private init; } = ValueSet<string>.None;

    /// <summary>Ids of projects; -1 stands for one that is not there.</summary>
    public ValueSet<long> Projects { get; private init; } = ValueSet<long>.None;

    /// <summary>Dealers and customers of the fleet's tree, as <c>dealer=NAME</c>; only lists of the fleet are for such a scope.</summary>
    public ValueSet<string> Fleet { get; private init; } = ValueSet<string>.None;

    /// <summary>What people are called where names are kept from the asker; null: by their names.</summary>
    public Pseudonyms? Names { get; init; }

    /// <summary>True when some devices are seen whole.</summary>
    public bool HasDevices => IsWhole || !Sites.IsEmpty;

    /// <summary>True when some people are seen whole.</summary>
    public bool HasPeople => IsWhole || !Departments.IsEmpty;

    /// <summary>True when the scope tells only people or projects, so that whole devices, and what belongs to no one, are not for it.</summary>
    public bool OnlyPeople => !IsWhole && Sites.IsEmpty && Fleet.IsEmpty;

    /// <summary>True when projects alone decide, so that nothing else needs to be known of a row.</summary>
    public bool OnlyProjects => !IsWhole && Sites.IsEmpty && Departments.IsEmpty;

    /// <summary>The part that sees whole devices, for what can't be told by person or project.</summary>
    public ReportScope OfDevices => IsWhole ? this : this with { Departments = ValueSet<string>.None, Projects = ValueSet<long>.None };

    /// <summary>A text that only the same scope has, names or pseudonyms told apart.</summary>
    public string Key => FormattableString.Invariant($"{OrgId} {IsWhole} {Sites} {Departments} {Projects} {Fleet} {Names is not null}");

    /// <summary>A whole organisation.</summary>
    public static ReportScope Of(long orgId) => new(orgId, true);

    /// <summary>Parts of an organisation; nothing of it when all are empty.</summary>
    public static ReportScope Parts(long orgId, IEnumerable<string>? sites = null, IEnumerable<string>? departments = null, IEnumerable<long>? projects = null, IEnumerable<string>? fleet = null) => new(orgId, false)
    {
        Sites = ValueSet<string>.Of(sites ?? []), Departments = ValueSet<string>.Of(departments ?? []), Projects = ValueSet<long>.Of(projects ?? []), Fleet = ValueSet<string>.Of(fleet ?? []),
    };

    /// <summary>Whether something is seen that was made at a device of this site, by somebody of this department, for this project; null: of none. Statements and packs say the same.</summary>
    public bool Sees(string? site, string? department, long? project) =>
        IsWhole || Sites.Has(site) || Departments.Has(department) || (project is { } id && Projects.Has(id));

    /// <summary>Whether what somebody keeps for all may be told to the asker: where names are kept from them, none that is narrowed to somebody's name.</summary>
    public bool MayBeTold(ReportAddress address) => Names is null || address["user"] is null or ReportRequest.NoOne || Pseudonyms.IsOne(address["user"]!);
}
