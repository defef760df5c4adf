namespace CopyTrack.Identity.Kerberos.Transport;

/// <summary>The way to the Kerberos servers of a realm.</summary>
public interface IKdcChannel
{
    /// <summary>
    /// The first answer of a server of <paramref name="realm"/>; with <paramref name="stream"/> over TCP only. Throws <see cref="KdcUnreachableException"/>
    /// when none answered in time.
    /// </summary>
    Task<byte[]> AskAsync(string realm, byte[] message, bool stream, CancellationToken cancellationToken);
}

/// <summary>No Kerberos server answered; the message says which were tried and what came of each.</summary>
public sealed class KdcUnreachableException(string message) : Exception(message);

/// <summary>One server.</summary>
public sealed record KdcEndpoint(string Host, int Port)
{
    /// <summary>Port of Kerberos (RFC 4120 §7.2.1).</summary>
    public const int DefaultPort = 88;

    /// <summary><c>host</c>, <c>host:port</c> or <c>[address]:port</c>; null for anything else.</summary>
    public static KdcEndpoint? Parse(string text)
    {
        var (host, port) = (text.Trim(), DefaultPort);
        var colon = host.LastIndexOf(':');
        if (colon > 0 && (host[colon - 1] == ']' || host.IndexOf(':', StringComparison.Ordinal) == colon))
        {
            if (!int.TryParse(host[(colon + 1)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out port) || port is 0 or > 65535)
            {
                return null;
            }

            host = host[..colon];
        }

        host = host.Trim('[', ']');
        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new KdcEndpoint(host, port);
    }

    /// <summary>host:port.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>Finds the servers of a realm.</summary>
public interface IKdcLocator
{
    /// <summary>The servers, best first; empty when none is known.</summary>
    Task<IReadOnlyList<KdcEndpoint>> FindAsync(string realm, CancellationToken cancellationToken);
}
