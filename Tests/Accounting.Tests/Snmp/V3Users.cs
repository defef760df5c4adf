using System.Net;
using System.Text;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>The users of a test's agent: one for each pair of protocols, one without any, and one that may read nothing.</summary>
internal static class V3Users
{
    public const string AuthPassword = "sign-with-this", PrivPassword = "hide-with-this";

    private static readonly Dictionary<PrivProtocol, string> PeerNames = new()
    {
        [PrivProtocol.Des] = "DES", [PrivProtocol.Aes128] = "AES", [PrivProtocol.Aes192] = "AES-192", [PrivProtocol.Aes256] = "AES-256",
        [PrivProtocol.Aes192Reeder] = "AES-192-C", [PrivProtocol.Aes256Reeder] = "AES-256-C",
    };

    public static SnmpUser Open { get; } = new("open");

    public static SnmpUser Blind { get; } = new("blind", AuthProtocol.Sha1, AuthPassword);

    public static IEnumerable<TestCaseData> Pairs =>
        from auth in Enum.GetValues<AuthProtocol>().Where(a => a != AuthProtocol.None)
        from priv in Enum.GetValues<PrivProtocol>()
        select new TestCaseData(auth, priv);

    /// <summary>Lines for snmpd.conf.</summary>
    public static string Configuration
    {
        get
        {
            var lines = new StringBuilder("createUser open\nrouser open noauth\ncreateUser blind SHA " + AuthPassword + "\n");
            foreach (var pair in Pairs)
            {
                var (auth, priv) = ((AuthProtocol)pair.Arguments[0]!, (PrivProtocol)pair.Arguments[1]!);
                var name = NameOf(auth, priv);
                lines.Append(System.Globalization.CultureInfo.InvariantCulture, $"createUser {name} {(auth is AuthProtocol.Md5 or AuthProtocol.Sha1 ? UsmNames.Of(auth) : "SHA-" + UsmNames.Of(auth)[3..])} {AuthPassword}");
                lines.AppendLine(priv == PrivProtocol.None ? "" : $" {PeerNames[priv]} {PrivPassword}");
                lines.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"rouser {name} {(priv == PrivProtocol.None ? "auth" : "priv")}");
            }

            return lines.ToString();
        }
    }

    public static SnmpUser Of(AuthProtocol auth, PrivProtocol priv) => new(NameOf(auth, priv), auth, AuthPassword, priv, priv == PrivProtocol.None ? null : PrivPassword);

    public static string NameOf(AuthProtocol auth, PrivProtocol priv) => $"{auth}-{priv}";

    public static SnmpTarget Target(NetSnmpAgent agent, SnmpUser user) => SnmpTarget.V3(IPAddress.Loopback, agent.Port, user) with { Timeout = TimeSpan.FromSeconds(5) };
}
