using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Verbs;

/// <summary>Verbs that make a secret and print it once: <c>token create</c>, <c>user activation-code</c>, <c>device credential</c>, <c>setup-code</c>.</summary>
internal sealed class CodeVerbs(
    TokenRepository tokens, PersonRepository people, CardRepository cards, DeviceRepository devices, AccountRepository accounts,
    PinRepository pins, IHashKeys keys)
{
    private const string Actor = "cli";

    /// <summary>Roles of tokens and accounts.</summary>
    public static readonly string[] Roles = ["administrator", "dealer", "customer", "manager", "user", "monitor", "provisioner"];

    /// <summary>Prints an API token. Throws <see cref="UsageException"/> for an unknown role or scope, scopes that do not go together, or a number of days that can't be.</summary>
    public async Task<int> TokenAsync(string role, IReadOnlyCollection<string> scopes, int? days, TextWriter output, CancellationToken cancellationToken)
    {
        if (!Roles.Contains(role, StringComparer.Ordinal))
        {
            throw new UsageException($"--role: '{role}' is none of {string.Join(", ", Roles)}");
        }

        if (scopes.Any(s => ScopeText.Split(s) is null))
        {
            throw new UsageException($"--scope: must be one of {string.Join(", ", ScopeText.Kinds)}, then = and a name");
        }

        if (!ScopeText.GoTogether(scopes))
        {
            throw new UsageException($"--scope: an organisation stands alone, dealers and customers go with each other only, and there are at most {ScopeText.Most}");
        }

        if (days is < 1 or > 36_500)
        {
            throw new UsageException("--days: must be between 1 and 36500");
        }

        var token = MachineSecret.Generate(MachineSecret.TokenPrefix);
        await tokens.AddAsync(MachineSecret.Hash(token, MachineSecret.TokenPrefix)!, role, ScopeText.Join(scopes), days is { } number ? TimeSpan.FromDays(number) : null, Actor, cancellationToken);
        await output.WriteLineAsync(token);
        return 0;
    }

    /// <summary>Prints a new activation code of a person; 1 when there is no such user.</summary>
    public async Task<int> ActivationAsync(string userName, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(OrganisationRepository.DefaultId, userName, cancellationToken) is not { } person)
        {
            await error.WriteLineAsync($"there is no user '{userName}'");
            return 1;
        }

        var code = HumanCode.Generate(HumanCode.ActivationLength);
        await cards.AddCodeAsync(person.OrgId, person.Id, Hash(HashKinds.ActivationCode, person.OrgId, code, HumanCode.ActivationLength), Actor, cancellationToken);
        await output.WriteLineAsync(code);
        return 0;
    }

    /// <summary>Makes a PIN for a person in place of the old one and prints it this once; 1 when there is no such user.</summary>
    public async Task<int> PinAsync(string userName, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(OrganisationRepository.DefaultId, userName, cancellationToken) is not { } person)
        {
            await error.WriteLineAsync($"there is no user '{userName}'");
            return 1;
        }

        await output.WriteLineAsync(await pins.GenerateAsync(person.OrgId, person.Id, keys.Current, Actor, cancellationToken));
        return 0;
    }

    /// <summary>Prints a new receipt secret of a device, in place of the old one, or only revokes that; 1 when there is no such device.</summary>
    public async Task<int> CredentialAsync(string name, bool revoke, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var secret = revoke ? null : MachineSecret.Generate(MachineSecret.DevicePrefix);
        var hash = secret is null ? null : MachineSecret.Hash(secret, MachineSecret.DevicePrefix);
        if (!await devices.SetCredentialAsync(OrganisationRepository.DefaultId, name, hash, Actor, cancellationToken))
        {
            await error.WriteLineAsync($"there is no device '{name}'");
            return 1;
        }

        if (secret is not null)
        {
            await output.WriteLineAsync(secret);
        }

        return 0;
    }

    /// <summary>Prints a new code for the first administrator, or with <paramref name="another"/> for one more, in place of the old one; 1 when there is an administrator already.</summary>
    public async Task<int> SetupAsync(bool another, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (!another && await accounts.HasAdministratorAsync(cancellationToken))
        {
            await error.WriteLineAsync("there is an administrator already; --another makes a code for one more");
            return 1;
        }

        var code = HumanCode.Generate(HumanCode.SetupLength);
        await accounts.PutSetupCodeAsync(Hash(HashKinds.SetupCode, OrganisationRepository.DefaultId, code, HumanCode.SetupLength), "administrator", null, Actor, cancellationToken);
        await output.WriteLineAsync(code);
        return 0;
    }

    private KeyedHash Hash(string kind, long orgId, string code, int length) => keys.Current.Hash(kind, orgId, HumanCode.Normalize(code, length)!);
}
