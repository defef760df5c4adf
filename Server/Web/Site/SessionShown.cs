namespace CopyTrack.Server.Web.Site;

/// <summary>What the partial <c>Shared/_Session</c> shows: a session, and whether its device, terminal and person lead to pages that the asker may open.</summary>
internal sealed record SessionShown(SessionStory Story, bool LeadsToSite, bool LeadsToPerson);
