using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent;

/// <summary>What enrolment left: the agent's id and the manager's public key, base64.</summary>
internal sealed record AgentIdentityFile(string Agent, string ManagerKey);

/// <summary>Who the agent is: its own key, which never leaves its folder, and what the manager said at enrolment.</summary>
public sealed class AgentIdentity : IDisposable
{
    private const string KeyFile = "agent.key.pem", IdentityFile = "identity.json", SaltFile = "salt";

    private AgentIdentity(string agent, ECDsa key, ECDsa manager, byte[] salt) => (Agent, Key, Manager, Salt) = (agent, key, manager, salt);

    /// <summary>Id at the manager.</summary>
    public string Agent { get; }

    /// <summary>The agent's own key.</summary>
    public ECDsa Key { get; }

    /// <summary>The manager's public key.</summary>
    public ECDsa Manager { get; }

    private byte[] Salt { get; }

    /// <summary>The identity in a folder; null when the agent is not enrolled yet. Throws <see cref="AgentException"/> when the folder is damaged.</summary>
    internal static AgentIdentity? Load(StateFolder folder)
    {
        if (folder.Read(IdentityFile, SettingsJson.Default.AgentIdentityFile) is not { } file)
        {
            return null;
        }

        try
        {
            return new AgentIdentity(file.Agent, OwnKey(folder), FleetKeys.Import(Convert.FromBase64String(file.ManagerKey)), OwnSalt(folder));
        }
        catch (Exception e) when (e is FormatException or FleetFormatException)
        {
            throw new AgentException($"{IdentityFile} in {folder.Path} is damaged; remove it and enrol with a new code", e);
        }
    }

    /// <summary>Exchanges a one-time code for an identity and keeps it. A repeated try with the same code and folder gives the same. Throws <see cref="AgentException"/>.</summary>
    internal static async Task<AgentIdentity> EnrolAsync(StateFolder folder, ManagerLink link, string code, CancellationToken cancellationToken)
    {
        using var key = OwnKey(folder);
        var answer = EnrolmentAnswer.Read(await link.EnrolAsync(EnrolmentRequest.Seal(code.Trim(), key), cancellationToken), key);
        _ = OwnSalt(folder);
        // Another enrolment numbers its wishes anew.
        ManagerOrders.Forget(folder);
        folder.Write(IdentityFile, new AgentIdentityFile(answer.Agent, Convert.ToBase64String(answer.ManagerKey.Span)), SettingsJson.Default.AgentIdentityFile);
        return Load(folder)!;
    }

    /// <summary>How the names of devices begin that their serial numbers prove; of all others no serial number is told.</summary>
    internal const string BySerial = "s-";

    /// <summary>
    /// The stable name of a device: a keyed print of its serial number where that proves anything (<see cref="Devices.SerialNumbers"/>), else of its MAC address, else of its network address. The key is the
    /// agent's own, so that nobody can find the address by trying.
    /// </summary>
    internal string DeviceKey(string? serial, string? mac, string address) => Devices.SerialNumbers.Proof(serial) is { } proof ? Print("s", proof) : Print(mac is null ? "a" : "m", mac ?? address);

    /// <summary>The stable name of a device whose serial number another one told first.</summary>
    internal string TwinKey(string serial, string? mac, string address) => Print("t", $"{serial}\n{mac ?? address}");

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Dispose();
        Manager.Dispose();
    }

    private string Print(string kind, string text) => kind + "-" + Convert.ToHexStringLower(HMACSHA256.HashData(Salt, Encoding.UTF8.GetBytes(kind + text)))[..24];

    private static ECDsa OwnKey(StateFolder folder)
    {
        if (folder.Read(KeyFile) is { } pem)
        {
            var kept = ECDsa.Create();
            try
            {
                kept.ImportFromPem(Encoding.ASCII.GetString(pem));
                return kept;
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException)
            {
                kept.Dispose();
                throw new AgentException($"{KeyFile} in {folder.Path} is damaged; remove the folder and enrol with a new code", e);
            }
        }

        var key = FleetKeys.Create();
        folder.Write(KeyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        return key;
    }

    private static byte[] OwnSalt(StateFolder folder)
    {
        if (folder.Read(SaltFile) is { Length: 32 } kept)
        {
            return kept;
        }

        var salt = RandomNumberGenerator.GetBytes(32);
        folder.Write(SaltFile, salt);
        return salt;
    }
}
