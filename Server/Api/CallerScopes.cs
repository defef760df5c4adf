using System.Collections.Immutable;
using System.Security.Cryptography;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>From the role and the scope's text of a token, account or group to what the caller sees, with people's names or without.</summary>
internal sealed class CallerScopes(OrganisationRepository organisations, ProjectRepository projects, SettingRepository settings, IDatabase database, ISecretSealer sealer, TimeProvider time) : IDisposable
{
    /// <summary>Setting that keeps people's names from managers, <c>true</c> or absent.</summary>
    public const string PseudonymSetting = NamesConsent.Setting;

    private const string KeyName = "Privacy:PseudonymKey";

    private readonly SemaphoreSlim once = new(1, 1);
    private Pseudonyms? _names;

    /// <summary>
    /// What the caller sees, everything without a text: the union of its lines, of which one that can't be read gives nothing. Null when nothing is left, when the lines do not go together, or when an
    /// organisation is not there; that allows nothing.
    /// </summary>
    public async Task<ReportScope?> ReadAsync(string role, string? text, CancellationToken cancellationToken)
    {
        ReportScope? scope = string.IsNullOrEmpty(text) ? ReportScope.Everything : await OfAsync([.. ScopeText.Lines(text).Where(l => ScopeText.Split(l) is not null)], cancellationToken);
        return scope is not null && role == Roles.Manager && await IsPseudonymousAsync(cancellationToken) ? scope with { Names = await NamesAsync(cancellationToken) } : scope;
    }

    /// <summary>Whether names are kept from managers.</summary>
    public async Task<bool> IsPseudonymousAsync(CancellationToken cancellationToken) => await settings.GetAsync(PseudonymSetting, cancellationToken) == "true";

    /// <summary>The pseudonyms of this installation: their key is made at the first use and kept sealed, so that they stay while hash keys are renewed.</summary>
    public async Task<Pseudonyms> NamesAsync(CancellationToken cancellationToken)
    {
        if (_names is { } known)
        {
            return known;
        }

        await once.WaitAsync(cancellationToken);
        try
        {
            return _names ??= new Pseudonyms(await KeyAsync(cancellationToken));
        }
        finally
        {
            once.Release();
        }
    }

    public void Dispose() => once.Dispose();

    private async Task<ReportScope?> OfAsync(ImmutableArray<string> lines, CancellationToken cancellationToken)
    {
        if (lines.IsEmpty || !ScopeText.GoTogether(lines))
        {
            return null;
        }

        ILookup<string, string> names = lines.Select(l => ScopeText.Split(l)!.Value).ToLookup(s => s.Kind, s => s.Name);
        if (names["organisation"].FirstOrDefault() is { } organisation)
        {
            return await organisations.FindAsync(organisation, cancellationToken) is { } id ? ReportScope.Of(id) : null;
        }

        long orgId = OrganisationRepository.DefaultId;
        string[] codes = [.. names["project"].Select(NameFolding.Fold)];
        IReadOnlyList<ProjectRow> found = codes.Length == 0 ? [] : await database.ReadAsync((c, ct) => projects.FindManyAsync(c, orgId, codes, ct), cancellationToken);
        // Projects that are not there stay a scope, of nothing.
        return ReportScope.Parts(orgId, names["site"], names["department"], codes.Length > found.Count ? [-1, .. found.Select(p => p.Id)] : found.Select(p => p.Id),
            lines.Where(l => ScopeText.Family(l) == "fleet"));
    }

    private async Task<byte[]> KeyAsync(CancellationToken cancellationToken)
    {
        string value = Convert.ToBase64String(sealer.Seal(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        // Whichever node is first makes it; all read the same afterwards.
        string? kept = await database.WriteAsync(
            async (c, ct) =>
            {
                await c.ExecuteAsync(new CommandDefinition(database.Sql["Setting_PutOnce"], new { name = KeyName, value, now = time.GetUtcNow() }, cancellationToken: ct));
                return await c.ExecuteScalarAsync<string>(new CommandDefinition(database.Sql["Setting_Get"], new { name = KeyName }, cancellationToken: ct));
            },
            cancellationToken);
        return Convert.FromBase64String(sealer.Open(Convert.FromBase64String(kept!)));
    }
}
