using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Directories;

/// <summary>A directory as somebody wants it to be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Texts">Its settings.</param>
/// <param name="Map">Its mapping.</param>
/// <param name="Password">The password of its reading account; null keeps the one that is stored.</param>
internal sealed record DirectoryInput(string Name, EnteredDirectory Texts, MapTexts Map, string? Password)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>
/// Directories that are entered, changed and taken away while the server runs, on the page and by REST. What is kept here holds for all nodes: each asks the database before it begins a run.
/// Directories of the configuration are changed there and nowhere else.
/// </summary>
internal sealed class EnteredDirectories(DirectoryConnectors directories, DirectoryRepository rows, DirectoryGroups groups, IDatabase database, AuditLog audit, ISecretSealer sealer)
{
    // Short enough for logins to pass in between on SQLite.
    private const int Batch = 500;

    private const int MaxPassword = 1024;

    /// <summary>Whether the first run that changes people may begin: after a dry run of these settings to its end, or when it is no first one. Those of the configuration are the operator's to know.</summary>
    public static bool MayBegin(DirectoryRow row, IReadOnlyList<RunRow> runs) =>
        row.Settings is null || row.Automatic || runs.Any(r => r is { Kind: "dryRun", Outcome: "good" or "refused" } && r.StartedAt >= row.SettingsAt);

    /// <summary>What is kept under a name; null when nothing was entered there.</summary>
    public async Task<DirectoryRow?> FindAsync(string name, CancellationToken cancellationToken) =>
        !directories.IsConfigured(name) && await rows.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is { Settings: not null } row ? row : null;

    /// <summary>
    /// What the wish comes to, checked by the rules of the configuration, without keeping it. Throws <see cref="DirectoryFaultException"/> and <see cref="MappingFaultException"/>.
    /// </summary>
    public async Task<DirectoryOptions> CheckAsync(DirectoryInput input, CancellationToken cancellationToken)
    {
        if (directories.IsConfigured(input.Name))
        {
            throw new DirectoryFaultException("", "stands in the configuration file: change it there");
        }

        var options = input.Texts.Options(input.Name) with { Map = input.Map.Over(new MapOptions()) };
        var before = await FindAsync(input.Name, cancellationToken);
        if (options.BindDn is null)
        {
            return input.Password is null ? options : throw new DirectoryFaultException(nameof(DirectoryOptions.BindDn), "is missing: the account whose password this is");
        }

        if (input.Password is { } password)
        {
            return password.Length <= MaxPassword && !password.Any(char.IsControl) ? options : throw new DirectoryFaultException(nameof(DirectoryOptions.Password), "is too long or contains a control character");
        }

        return before?.PasswordSealed is null ? throw new DirectoryFaultException(nameof(DirectoryOptions.Password), "is missing: that of the reading account")
            : EnteredDirectory.OfStored(before.Settings!).HasAnotherPeer(input.Texts.WithCertificatesAlone())
                ? throw new DirectoryFaultException(nameof(DirectoryOptions.Password), "is needed again: servers, authorities or reading account are others than before")
                : options;
    }

    /// <summary>
    /// Adds a directory or changes one; true when it is new. One that finds other people than before, or is new, begins to run by the clock after its next run that somebody asks for.
    /// Throws as <see cref="CheckAsync"/>.
    /// </summary>
    public async Task<bool> KeepAsync(DirectoryInput input, string actor, CancellationToken cancellationToken)
    {
        _ = await CheckAsync(input, cancellationToken);
        var before = await FindAsync(input.Name, cancellationToken);
        var row = before ?? await rows.EnsureAsync(OrganisationRepository.DefaultId, input.Name, cancellationToken);
        var (was, texts) = (before is null ? EnteredDirectory.Of(_ => null) : EnteredDirectory.OfStored(before.Settings!), input.Texts.WithCertificatesAlone());
        var (mapBefore, map, secret) = (before?.Mapping, MapTexts.Of(key => input.Map[key]).ToStored(), texts["BindDn"] is null ? null : input.Password);
        if (before is not null && was.Equals(texts) && mapBefore == map && secret is null)
        {
            return false;
        }

        var values = new AuditValues();
        foreach (var key in EnteredDirectory.Keys)
        {
            var member = char.ToLowerInvariant(key[0]) + key[1..];
            // A reading account may be a person's, and a certificate is no reading matter.
            _ = key is "BindDn" or EnteredDirectory.Ca ? values.AddKept(member, was[key] != texts[key], was[key] is not null, texts[key] is not null) : values.Add(member, was[key], texts[key]);
        }

        values.Add("mapping", mapBefore, map).AddKept("password", secret is not null, before?.PasswordSealed is not null, true);
        await database.WriteAsync(
            async (connection, ct) =>
            {
                await rows.SetSettingsAsync(connection, row.Id, before is null ? input.Name : row.Name, texts.ToStored(), map, secret is null ? null : sealer.Seal(secret), before is null || was.FindsOthers(texts), ct);
                await audit.AddAsync(connection, row.OrgId, actor, before is null ? "directory.add" : "directory.change", Subject(row), values, ct);
                return true;
            },
            cancellationToken);
        return before is null;
    }

    /// <summary>Ends the runs by the clock until somebody asks for one; false when nothing was entered under the name.</summary>
    public async Task<bool> RestAsync(string name, string actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { } row)
        {
            return false;
        }

        await database.WriteAsync(
            async (connection, ct) =>
            {
                await rows.RestAsync(connection, row.Id, ct);
                await audit.AddAsync(connection, row.OrgId, actor, "directory.pause", Subject(row), null, null, ct);
                return true;
            },
            cancellationToken);
        return true;
    }

    /// <summary>
    /// Takes a directory away. Its people stay and are at hand from now on; those whom it kept out stay out. False when nothing was entered under the name; throws
    /// <see cref="DirectoryFaultException"/> while a run is under way. What was cut off is ended by doing it again.
    /// </summary>
    public async Task<bool> RemoveAsync(string name, string actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { } row)
        {
            return false;
        }

        var node = string.Create(CultureInfo.InvariantCulture, $"remove-{Environment.MachineName}-{Environment.ProcessId}");
        if (await rows.TakeAsync(row.Id, node, RunState.Lease, cancellationToken) is not { } claim)
        {
            throw new DirectoryFaultException("", "a run is under way: wait for its end, then take the directory away");
        }

        for (var more = true; more;)
        {
            more = await database.WriteAsync(
                async (connection, ct) => await rows.HoldAsync(connection, claim, RunState.Lease, ct) ? await rows.LetGoAsync(connection, row.Id, Batch, ct) : throw new ClaimLostException(), cancellationToken);
        }

        await database.WriteAsync(
            async (connection, ct) =>
            {
                await groups.DropGenerationAsync(connection, claim.GroupGeneration, ct);
                await groups.ClearDirtyAsync(connection, row.Id, ct);
                await rows.SetPositionAsync(connection, row.Id, "people", null, null, null, ct);
                await rows.SetPositionAsync(connection, row.Id, "groups", null, null, null, ct);
                await rows.ForgetAsync(connection, claim, ct);
                var was = new AuditValues().Add("name", row.Name, null).Add("servers", EnteredDirectory.OfStored(row.Settings!)["Servers"], null);
                await audit.AddAsync(connection, row.OrgId, actor, "directory.remove", Subject(row), was, ct);
                return true;
            },
            cancellationToken);
        return true;
    }

    private static string Subject(DirectoryRow row) => FormattableString.Invariant($"directory:{row.Id}");
}
