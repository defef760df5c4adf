using CopyTrack.Accounting.Snmp.Usm;

namespace CopyTrack.Accounting.Snmp;

/// <summary>The words of the causes.</summary>
public static class SnmpCauses
{
    /// <summary>True when no usable datagram came at all; false when the agent answers, but not with what was asked for.</summary>
    public static bool IsSilence(SnmpCause cause) => cause is SnmpCause.NoAnswer or SnmpCause.CannotSend or SnmpCause.TooLate or SnmpCause.NoDiscovery
        or SnmpCause.SilentAfterDiscovery or SnmpCause.AnsweredFromElsewhere;

    /// <summary>What is wrong and what to do next, for an administrator: one line, without passwords and communities. <paramref name="detail"/> is what only the moment knows (a system error, a port).</summary>
    public static string Describe(SnmpCause cause, SnmpTarget target, string? detail = null)
    {
        var user = target.User;
        var name = user?.Name;
        return cause switch
        {
            SnmpCause.NoAnswer =>
                "no answer: the device is off, SNMP is off or blocked on the way, or the community is another one (a device says nothing then); check power, network, the device's SNMP settings and the community",
            SnmpCause.CannotSend => $"can't send: {detail}; check the server's network and the device's address",
            SnmpCause.TooLate =>
                $"no answer in time: what comes belongs to earlier requests; the device or the network is slower than {Seconds(target.Timeout)} s (overload, power saving), or somebody repeats old datagrams",
            SnmpCause.TooSlow => "the agent answers, but so slowly or in so many pieces that reading it was given up; restart the device or update its firmware if that stays",
            SnmpCause.AnsweredFromElsewhere =>
                $"the answer comes from {detail} and not from where it was asked, so it is not believed; enter that address and port, or look for address translation or an impostor on the way",
            SnmpCause.Unreadable => $"what comes back is no SNMP message ({detail}); check that the port is that of the device's SNMP agent, and its firmware",
            SnmpCause.OtherVersion => $"the reply is of another SNMP version than the request ({detail}); enter the version that the device speaks",
            SnmpCause.AccessDenied => user is null
                ? "the agent refuses access: the community may not read these objects; give it read access to the whole tree at the device"
                : $"the agent refuses access: user '{name}' may not read these objects{AtContext(target)}; give it read access to the whole tree at the device",
            SnmpCause.ErrorStatus => $"the agent answers with the error {detail}; restart the device or update its firmware if that stays",
            SnmpCause.NoDiscovery =>
                "no answer to SNMP version 3: the device is off, version 3 is off or blocked on the way; check power, network and the device's SNMP settings",
            SnmpCause.SilentAfterDiscovery when target.Context.Length > 0 =>
                $"the device speaks SNMP version 3 but leaves the request of user '{name}'{AtContext(target)} unanswered; most often it has no such context: check its spelling or leave it out",
            SnmpCause.SilentAfterDiscovery => user is { Priv: not PrivProtocol.None }
                ? $"the device speaks SNMP version 3 but leaves the encrypted request of user '{name}' unanswered; most often the privacy password or protocol ({UsmNames.Of(user.Priv)}) is wrong{Variant(user.Priv)}"
                : $"the device speaks SNMP version 3 but leaves the request of user '{name}' unanswered; check the user's rights at the device and its list of allowed addresses",
            SnmpCause.BadEngineId => $"the device's engine id is none ({detail}); set or reset it at the device (5 to 32 octets)",
            SnmpCause.UnknownUser => $"the device knows no user '{name}'; check the user name, in upper and lower case, and that the user is switched on",
            SnmpCause.WrongDigest => $"the device finds the signature of user '{name}' wrong: the authentication password or protocol ({UsmNames.Of(user?.Auth ?? default)}) is another one there",
            SnmpCause.UnsupportedLevel => user switch
            {
                { Auth: AuthProtocol.None } => $"user '{name}' may not ask without authentication: enter authentication protocol and password",
                { Priv: PrivProtocol.None } => $"the device takes no requests with authentication alone from user '{name}', or none with authentication: compare the user's security level at the device",
                _ => $"the device takes no encrypted requests from user '{name}': give the user a privacy protocol and password there, or leave both out here",
            },
            SnmpCause.NotInTimeWindow => "the device finds requests outside its time window even after its clock was read; restart the device's SNMP agent, and look for a relay that delays or repeats datagrams",
            SnmpCause.UnknownEngine => "the device rejects the engine id that it told itself; look for two devices or a relay behind one address, and restart the device's SNMP agent",
            SnmpCause.DecryptionError => $"the device can't decrypt the request of user '{name}': the privacy password or protocol ({UsmNames.Of(user?.Priv ?? default)}) is another one there{Variant(user?.Priv ?? default)}",
            SnmpCause.UnknownContext => target.Context.Length == 0
                ? "the device has no default context for this user; name the context that it has"
                : $"the device has no context '{target.Context}'; check its spelling or leave it out",
            SnmpCause.UnknownSecurityModel => "the device does not know the user-based security model; use version 2c, or update its firmware",
            SnmpCause.OtherReport => $"the device rejects the request with the report {detail}; restart the device or update its firmware if that stays",
            SnmpCause.ReplyDigestWrong => "the reply's signature is wrong, so it is not believed: somebody changes datagrams on the way, or another device answers with the same engine id",
            SnmpCause.ReplyUnprotected => "the reply is less protected than the request, so it is not believed: somebody answers in the device's place, or its firmware is faulty",
            SnmpCause.ReplyNotDecrypted => $"the reply can't be decrypted: the privacy protocol ({UsmNames.Of(user?.Priv ?? default)}) is another one at the device, or the datagram was changed on the way{Variant(user?.Priv ?? default)}",
            SnmpCause.ReplyOutsideTimeWindow => "the reply is older than the device's clock allows, so it is not believed: somebody repeats old datagrams, or the device's boots counter is used up; restart the device's SNMP agent",
            SnmpCause.ReplyFromOtherEngine => "the reply names another engine than was asked, so it is not believed: look for two devices or a relay behind one address",
            SnmpCause.ReplyForOtherUser => $"the reply names another user than '{name}', so it is not believed: somebody changes datagrams on the way, or the firmware is faulty",
            SnmpCause.ReplyOtherSecurityModel => "the reply names another security model than was asked with, so it is not believed: somebody changes datagrams on the way, or the firmware is faulty",
            SnmpCause.NoUser => "SNMP version 3 needs a user name",
            _ => throw new ArgumentOutOfRangeException(nameof(cause)),
        };
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);

    private static string AtContext(SnmpTarget target) => target.Context.Length == 0 ? "" : $" in context '{target.Context}'";

    private static string Variant(PrivProtocol priv) => priv switch
    {
        PrivProtocol.Aes192 => "; some makers stretch the key in the other way: try AES192C",
        PrivProtocol.Aes256 => "; some makers stretch the key in the other way: try AES256C",
        PrivProtocol.Aes192Reeder => "; some makers stretch the key in the other way: try AES192",
        PrivProtocol.Aes256Reeder => "; some makers stretch the key in the other way: try AES256",
        _ => "",
    };
}
