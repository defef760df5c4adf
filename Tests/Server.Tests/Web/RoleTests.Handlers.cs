using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Who may use which handler of which page.</summary>
internal sealed partial class RoleTests
{
    /// <summary>Whom a handler lets in beside administrators; every other is denied. Pages that nobody is signed in at guard their forms by what is typed into them.</summary>
    private static readonly Dictionary<string, string[]> s_handlers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SignIn"] = ["nobody", "all"], ["Setup"] = ["nobody", "all"], ["SecondStep"] = ["nobody", "all"], ["Enrol"] = ["nobody", "all"], ["Error"] = ["nobody", "all"], ["Panel"] = ["nobody", "all"],
        ["Panel?Login"] = ["nobody", "all"], ["Panel?Logout"] = ["nobody", "all"], ["Panel?Project"] = ["nobody", "all"],
        ["Account"] = ["all"], ["Account?Role"] = ["all"], ["Account?Password"] = ["all"], ["Account?Recovery"] = ["all"], ["Account?Authenticator"] = ["all"], ["Confirm"] = ["all"],
        ["MyJobs"] = ["all"], ["MySession"] = ["all"], ["My"] = ["all"], ["My?Lost"] = ["all"], ["My?Pin"] = ["all"], ["My?Favourite"] = ["all"], ["My?Export"] = ["all"],
        ["Users"] = ["sales admins", "managers"], ["User"] = ["sales admins", "managers"],
        ["Privacy"] = ["sales admins", "managers"], ["Privacy?Ask"] = ["sales admins", "managers"], ["Privacy?See"] = ["sales admins", "managers"],
        ["Reports"] = ["sales admins", "managers"], ["Reports?Save"] = ["sales admins", "managers"], ["Sessions"] = ["sales admins", "managers"], ["Session"] = ["sales admins", "managers"],
        ["SavedReports"] = ["sales admins", "managers"], ["SavedReports?Delete"] = ["sales admins", "managers"], ["SavedReports?Schedule"] = ["sales admins", "managers"],
        ["SavedReports?Unschedule"] = ["sales admins", "managers"], ["SavedReports?Change"] = ["sales admins", "managers"], ["SavedReports?Again"] = ["sales admins", "managers"],
        ["Fleet"] = ["dealers", "customers"], ["FleetAgent"] = ["dealers", "customers"], ["FleetDevice"] = ["dealers", "customers"], ["FleetList"] = ["dealers", "customers"], ["Alerts"] = ["dealers", "customers"], ["Alert"] = ["dealers", "customers"],
        ["Alert?Note"] = ["dealers", "customers"], ["Alert?Again"] = ["dealers", "customers"], ["AlertRules"] = ["dealers", "customers"], ["AlertRule"] = ["dealers", "customers"], ["AlertRule?Delete"] = ["dealers", "customers"],
    };

    [Test]
    public async Task Every_handler_of_every_page_is_denied_to_each_role_that_is_not_listed_for_it()
    {
        Dictionary<string, Browser> browsers = new() { ["nobody"] = new Browser(Address), ["no group"] = await PersonAsync("outsider", proven: true) };
        foreach (string group in s_groups)
        {
            browsers[group] = await PersonAsync("does-" + group, proven: true, group);
        }

        Dictionary<string, string> tokens = [];
        foreach ((string who, Browser browser) in browsers)
        {
            // A form's token is good for all forms of whoever it was made for.
            tokens[who] = Regex.Match((await browser.GetAsync(who is "nobody" or "no group" ? "/SignIn" : "/Account")).Text, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
            Assert.That(tokens[who], Is.Not.Empty, who);
        }

        IReadOnlyList<PageHandler> handlers = await PageHandler.AllAsync(Services);
        Assert.That(handlers.Count(h => h.Name.Length > 0), Is.GreaterThan(70));
        Assert.That(handlers.Select(h => h.Method).Distinct(), Is.EquivalentTo(new[] { "GET", "POST" }));
        Assert.That(s_handlers.Keys.Except(handlers.Select(h => h.Key), StringComparer.OrdinalIgnoreCase), Is.Empty, "what is listed is there");
        foreach (PageHandler handler in handlers)
        {
            string[] open = s_handlers.GetValueOrDefault(handler.Key, []);
            foreach ((string who, Browser browser) in browsers)
            {
                bool allowed = open.Contains("nobody") || open.Contains(who) || (open.Contains("all") && who is not ("nobody" or "no group"));
                if (allowed)
                {
                    continue;
                }

                long rows = await Database.CountAsync("select count(*) from audit_log");
                Shown shown = await browser.OnceAsync(new HttpMethod(handler.Method), handler.Address(v => v == "name" && handler.Page == "User" ? "alice" : v == "code" ? "404" : v == "id" ? "t1" : "hall"),
                    handler.Method == "GET" ? null : new() { ["__RequestVerificationToken"] = tokens[who], ["id"] = "1", ["name"] = "alice", ["on"] = "true", ["again"] = "alice" });
                // A person whom somebody sees but may not change is not there for them.
                bool denied = shown.Status == HttpStatusCode.Forbidden || (shown.Status == HttpStatusCode.NotFound && handler.Page == "User" && handler.Name.Length > 0)
                    || shown.Location?.StartsWith(who is "nobody" or "no group" || handler.Page != "Index" ? "/SignIn" : Landing(who), StringComparison.Ordinal) == true;
                Assert.That(denied, Is.True, $"{handler.Method} {handler.Key} as {who}: {shown.Status} {shown.Location}");
                Assert.That(await Database.CountAsync("select count(*) from audit_log"), Is.EqualTo(rows), $"{handler.Key} as {who} changed something");
            }

            foreach (string who in open.Where(w => w != "nobody" && browsers.ContainsKey(w)))
            {
                Shown shown = await browsers[who].OnceAsync(new HttpMethod(handler.Method), handler.Address(v => v == "name" ? "alice" : v == "code" ? "404" : "1") + (handler.Page == "Sessions" ? "?name=jobs" : ""),
                    handler.Method == "GET" ? null : new() { ["__RequestVerificationToken"] = tokens[who] });
                Assert.That(shown.Status, Is.Not.EqualTo(HttpStatusCode.Forbidden), $"{handler.Method} {handler.Key} is listed for {who}");
            }
        }
    }
}
