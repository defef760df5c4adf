using CopyTrack.Server.Api;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;

namespace CopyTrack.Server.Web;

/// <summary>Who looks at reports: as the audit log names them, and what they may see.</summary>
internal sealed record ReportAsker(string Actor, ReportScope Scope)
{
    /// <summary>The asker of a page that only readers of reports reach; throws for anybody else.</summary>
    public static ReportAsker Of(HttpContext context) => WebCaller.Of(context) is { } caller && caller.May(Access.Reports)
        ? new ReportAsker(caller.Actor, caller.Scope)
        : throw new InvalidOperationException("the page is for readers of reports");

    /// <summary>The role that holds now, for later: with one scope when that was chosen among several, else with whatever is given of it on that day.</summary>
    public static string RoleOf(HttpContext context) => WebSession.Of(context) is { } session ? session.Role == RoleMapping.Named(session.Roles, session.Role.Whatever) ? session.Role.Whatever : session.Role.Text : throw new InvalidOperationException("the page is for those who are signed in");

    /// <summary>Whether what somebody keeps for all may be told to the asker: where names are kept from them, none that is narrowed to somebody's name.</summary>
    public bool MaySee(ReportAddress address) => Scope.MayBeTold(address);
}
