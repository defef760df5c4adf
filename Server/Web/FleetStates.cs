using CopyTrack.Server.Web.Tables;

namespace CopyTrack.Server.Web;

/// <summary>What the partial <c>Shared/_States</c> offers: a table of metered devices narrowed to a state (null for all).</summary>
internal sealed record FleetStates(TableQuery Query, string? State);
