namespace CopyTrack.Server.Web;

/// <summary>What the partial <c>Shared/_Downloads</c> offers: a list of the fleet by name, with the query (with its question mark) that narrows it; without the word where its place says what it is.</summary>
internal sealed record FleetFiles(string Name, string? Query = null, bool WithWord = true);
