using System.Collections.Immutable;

namespace CopyTrack.Identity.Ldap;

/// <summary>A control of a request or of one message of an answer (RFC 4511 §4.1.11).</summary>
/// <param name="Oid">Which control.</param>
/// <param name="Critical">True when the server must refuse the request rather than ignore the control.</param>
/// <param name="Value">Its value; null without one.</param>
public sealed record LdapControl(string Oid, bool Critical, ReadOnlyMemory<byte>? Value);

/// <summary>LDAPResult (RFC 4511 §4.1.9).</summary>
/// <param name="Code">The result code; 0 is success.</param>
/// <param name="MatchedDn">The part of the name that exists, with result 32.</param>
/// <param name="Diagnostic">The server's own words.</param>
/// <param name="Referrals">Where else to ask; never followed.</param>
public sealed record LdapResult(int Code, string MatchedDn, string Diagnostic, ImmutableArray<string> Referrals);

/// <summary>One message from the server.</summary>
/// <param name="MessageId">Of the request that it answers; 0 for one that nobody asked for.</param>
/// <param name="Response">What it says.</param>
/// <param name="Controls">Its controls.</param>
public sealed record LdapMessage(int MessageId, LdapResponse Response, ImmutableArray<LdapControl> Controls)
{
    /// <summary>The value of a control; null when the message lacks it or it has none.</summary>
    public ReadOnlyMemory<byte>? Control(string oid)
    {
        foreach (var control in Controls)
        {
            if (control.Oid == oid)
            {
                return control.Value;
            }
        }

        return null;
    }
}

/// <summary>What a message says.</summary>
public abstract record LdapResponse
{
    private LdapResponse() { }

    /// <summary>An answer to a bind.</summary>
    public sealed record Bound(LdapResult Result) : LdapResponse;

    /// <summary>An entry of a search.</summary>
    public sealed record Entry(LdapEntry Value) : LdapResponse;

    /// <summary>A part of the tree that another server has (RFC 4511 §4.5.3).</summary>
    public sealed record Reference(ImmutableArray<string> Uris) : LdapResponse;

    /// <summary>The end of a search.</summary>
    public sealed record Done(LdapResult Result) : LdapResponse;

    /// <summary>An answer to an extended request, or a notice of disconnection.</summary>
    public sealed record Extended(LdapResult Result, string? Name) : LdapResponse;

    /// <summary>An intermediate response (RFC 4511 §4.13).</summary>
    public sealed record Intermediate(string? Name, ReadOnlyMemory<byte>? Value) : LdapResponse;
}
