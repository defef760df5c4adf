using System.Collections.Concurrent;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>
/// Keys once worked out: a user's own (milliseconds each) and those at an engine. Devices with one password share the first. Bounded: a full table starts anew,
/// so that an agent which invents engine ids costs time but no memory.
/// </summary>
internal sealed class KeyCache
{
    private const int MaxUsers = 4_096, MaxEngines = 65_536;

    private readonly ConcurrentDictionary<UInt128, byte[]> _users = new();
    private readonly ConcurrentDictionary<UInt128, LocalKeys> _engines = new();

    /// <summary>The keys of a user at an engine.</summary>
    public LocalKeys For(SnmpUser user, ReadOnlySpan<byte> engineId)
    {
        var id = SnmpUser.Digest([.. SnmpUser.Bytes(user.Id), .. engineId]);
        if (_engines.TryGetValue(id, out var known))
        {
            return known;
        }

        var auth = user.Auth == AuthProtocol.None ? [] : PasswordKey.Localise(user.Auth, Of(user.AuthKeyId, user.DeriveAuthKey), engineId);
        var priv = user.Priv == PrivProtocol.None ? [] : PasswordKey.ForPrivacy(user.Auth, user.Priv, Of(user.PrivKeyId, user.DerivePrivKey), engineId);
        var keys = new LocalKeys(user.Auth, auth, user.Priv, priv);
        if (_engines.Count >= MaxEngines)
        {
            _engines.Clear();
        }

        _engines[id] = keys;
        return keys;
    }

    private byte[] Of(UInt128 id, Func<byte[]> derive)
    {
        if (_users.TryGetValue(id, out var known))
        {
            return known;
        }

        var key = derive();
        if (_users.Count >= MaxUsers)
        {
            _users.Clear();
        }

        _users[id] = key;
        return key;
    }
}
