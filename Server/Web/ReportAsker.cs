using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;

namespace CopyTrack.Server.Web;

/// <summary>Who looks at reports: as the audit log names them, and what they may see.</summary>
internal sealed record ReportAsker(string Actor, ReportScope Scope)
{
    /// <summary>The asker of a page that only those who are signed in reach: the pages of reports are for administrators of the whole organisation.</summary>
    public static ReportAsker Of(HttpContext context) =>
        new((WebSession.Of(context) ?? throw new InvalidOperationException("the page is for those who are signed in")).Actor, ReportScope.Everything);
}
