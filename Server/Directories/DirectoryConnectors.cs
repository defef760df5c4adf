using System.Collections.Concurrent;
using System.Security.Cryptography;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Ldap.Transport;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Directories;

/// <summary>The configured directories and the way to each.</summary>
internal sealed class DirectoryConnectors(IReadOnlyList<DirectoryOptions> options, DirectoryRepository rows, ISecretSealer sealer, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, LdapConnector> _connectors = new(StringComparer.Ordinal);

    /// <summary>All directories.</summary>
    public IReadOnlyList<DirectoryOptions> All => options;

    /// <summary>The directory of that name; null when none is configured.</summary>
    public DirectoryOptions? Find(string name) => options.FirstOrDefault(o => Data.NameFolding.Fold(o.Name) == Data.NameFolding.Fold(name));

    /// <summary>The directory with the mapping that was set beside the configuration.</summary>
    public async Task<DirectoryOptions> EffectiveAsync(DirectoryOptions directory, CancellationToken cancellationToken) =>
        directory.With((await rows.FindAsync(OrganisationRepository.DefaultId, directory.Name, cancellationToken))?.Mapping);

    /// <summary>The way to a directory; remembers which of its servers failed.</summary>
    public ILdapConnector For(DirectoryOptions directory) =>
        _connectors.GetOrAdd(directory.Name, _ => new LdapConnector(directory.Servers, directory.Connection, ct => CredentialAsync(directory, ct), time));

    private async Task<LdapCredential> CredentialAsync(DirectoryOptions directory, CancellationToken cancellationToken)
    {
        if (directory.BindDn is not { } dn)
        {
            return directory.Connection.ClientCertificate is null ? new LdapCredential.Anonymous() : new LdapCredential.External();
        }

        return new LdapCredential.Simple(dn, directory.Password ?? await FromFileAsync(directory, cancellationToken) ?? await SealedAsync(directory, cancellationToken)
            ?? throw new LdapException(LdapCause.BindRefused, $"directory {directory.Name}: the password of the reading account is not known: run copytrack directory password {directory.Name}, or set PasswordFile"));
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
