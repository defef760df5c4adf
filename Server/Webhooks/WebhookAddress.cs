using System.Net;

namespace CopyTrack.Server.Webhooks;

/// <summary>What an address of a webhook must be, before anything is sent there. Where its name leads is looked at again at each connection.</summary>
internal static class WebhookAddress
{
    /// <summary>Most characters of an address.</summary>
    public const int Longest = 1000;

    /// <summary>The address, or null and what is wrong with it.</summary>
    public static Uri? Read(string? text, WebhookOptions options, out string? fault)
    {
        fault = null;
        if (text is null || text.Length > Longest || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Scheme is not ("https" or "http"))
        {
            fault = $"the address must be a full one such as https://example.com/hook, of at most {Longest} characters";
        }
        else if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            fault = "the address must hold no user name, password or fragment: the signature proves who sends";
        }
        else if (uri.Scheme == "http" && options.AllowNetworks.IsEmpty)
        {
            fault = "the address must begin with https; plain http is for networks of Webhooks:AllowNetworks alone";
        }
        else if (IPAddress.TryParse(uri.DnsSafeHost, out var address))
        {
            fault = Refusal(address, uri.Scheme == "https", options);
        }

        return fault is null ? new Uri(text!.Trim()) : null;
    }

    /// <summary>Null when we may connect to this address, else why not.</summary>
    public static string? Refusal(IPAddress address, bool https, WebhookOptions options) => NetworkRules.IsIn(address, options.AllowNetworks) ? null
        : !NetworkRules.IsPublic(address) ? $"{address} is no public address; an operator may allow its network by Webhooks:AllowNetworks"
        : https ? null : $"plain http leads to {address}, which is outside Webhooks:AllowNetworks";
}
