using CopyTrack.Identity.Kerberos.Exchange;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos;

/// <summary>Names as people type them.</summary>
public static class KerberosNames
{
    /// <summary>
    /// The principal that a typed name asks for, as it would stand in the user table: the same for all ways to write one name, so that guesses count
    /// together. What can't be a person's name gives one text for all.
    /// </summary>
    public static string Requested(string typed, KerberosRules rules) =>
        TypedName.Parse(typed, rules) is { } name ? new Principal(name.Name, name.Realm).ToString() : "-@" + rules.Realm;
}
