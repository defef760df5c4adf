using System.Collections.Concurrent;
using System.Security.Cryptography;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Ldap.Transport;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Directories;

/// <summary>The directories, those of the configuration and those that were entered while the server runs, and the way to each.</summary>
internal sealed class DirectoryConnectors(IReadOnlyList<DirectoryOptions> options, DirectoryRepository rows, ISecretSealer sealer, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string? Entered, LdapConnector Way)> _connectors = new(StringComparer.Ordinal);

    /// <summary>All directories as they are now: those of the configuration, then the entered ones by name. One that was entered under a name that the configuration has by now rests.</summary>
    public async Task<IReadOnlyList<DirectoryOptions>> AllAsync(CancellationToken cancellationToken) =>
        [.. options, .. (await rows.EnteredAsync(OrganisationRepository.DefaultId, cancellationToken)).Where(row => !IsConfigured(row.Name)).Select(Of).OfType<DirectoryOptions>()];

    /// <summary>The directory of that name; null when there is none.</summary>
    public async Task<DirectoryOptions?> FindAsync(string name, CancellationToken cancellationToken) =>
        Configured(name) ?? (await rows.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is { } row ? Of(row) : null);

    /// <summary>The directory of a row; null when the configuration does not have it and what was entered is gone, or is of a program that this one does not understand.</summary>
    public DirectoryOptions? Of(DirectoryRow row)
    {
        if (Configured(row.Name) is { } configured)
        {
            return configured;
        }

        try
        {
            return row.Settings is { } settings ? EnteredDirectory.OfStored(settings).Options(row.Name) : null;
        }
        catch (DirectoryFaultException)
        {
            return null;
        }
    }

    /// <summary>Whether the configuration has a directory of that name.</summary>
    public bool IsConfigured(string name) => Configured(name) is not null;

    /// <summary>The directory with the mapping that was set beside the configuration.</summary>
    public async Task<DirectoryOptions> EffectiveAsync(DirectoryOptions directory, CancellationToken cancellationToken) =>
        directory.With((await rows.FindAsync(OrganisationRepository.DefaultId, directory.Name, cancellationToken))?.Mapping);

    /// <summary>The way to a directory; remembers which of its servers failed, until its settings change.</summary>
    public ILdapConnector For(DirectoryOptions directory)
    {
        var (entered, way) = _connectors.GetOrAdd(directory.Name, _ => (directory.Entered, Way(directory)));
        if (entered != directory.Entered)
        {
            way = Way(directory);
            _connectors[directory.Name] = (directory.Entered, way);
        }

        return way;
    }

    /// <summary>The way to a directory that is not kept yet, with this password of its reading account.</summary>
    public ILdapConnector Trial(DirectoryOptions directory, string? password) =>
        password is null ? Way(directory) : new LdapConnector(directory.Servers, directory.Connection, ct => CredentialAsync(directory with { Password = password }, ct), time);

    private LdapConnector Way(DirectoryOptions directory) => new(directory.Servers, directory.Connection, ct => CredentialAsync(directory, ct), time);

    private DirectoryOptions? Configured(string name) => options.FirstOrDefault(o => Data.NameFolding.Fold(o.Name) == Data.NameFolding.Fold(name));

    private async Task<LdapCredential> CredentialAsync(DirectoryOptions directory, CancellationToken cancellationToken)
    {
        if (directory.BindDn is not { } dn)
        {
            return directory.Connection.ClientCertificate is null ? new LdapCredential.Anonymous() : new LdapCredential.External();
        }

        return new LdapCredential.Simple(dn, directory.Password ?? await FromFileAsync(directory, cancellationToken) ?? await SealedAsync(directory, cancellationToken)
            ?? throw new LdapException(LdapCause.BindRefused, directory.Entered is null ? $"directory {directory.Name}: the password of the reading account is not known: run copytrack directory password {directory.Name}, or set PasswordFile"
                : $"directory {directory.Name}: the password of the reading account is not known: enter it on its page"));
    }

    private static async Task<string?> FromFileAsync(DirectoryOptions directory, CancellationToken cancellationToken)
    {
        if (directory.PasswordFile is not { } file)
        {
            return null;
        }

        try
        {
            using var reader = new StreamReader(file);
            return await reader.ReadLineAsync(cancellationToken) ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LdapException(LdapCause.BindRefused, $"directory {directory.Name}: PasswordFile can't be read: check that the file is there and this user may read it", e);
        }
    }

    private async Task<string?> SealedAsync(DirectoryOptions directory, CancellationToken cancellationToken)
    {
        if (await rows.FindAsync(OrganisationRepository.DefaultId, directory.Name, cancellationToken) is not { PasswordSealed: { } secret })
        {
            return null;
        }

        try
        {
            return sealer.Open(secret);
        }
        catch (CryptographicException e)
        {
            throw new LdapException(LdapCause.BindRefused, $"directory {directory.Name}: the stored password can't be opened with this secrets folder: run copytrack directory password {directory.Name} again", e);
        }
    }
}
