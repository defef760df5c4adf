namespace CopyTrack.Identity.Kerberos.Pkinit;
/// <summary>Placeholder.</summary>
public sealed record PkinitRules;
