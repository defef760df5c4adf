using System.Collections.Immutable;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>The one rule of which row a scope shows, and how scopes are written and come together.</summary>
internal sealed class ReportScopeTests
{
    private static readonly string?[] s_names = [null, "", "A", "B", "a"];
    private static readonly long?[] s_ids = [null, 0, 7, 8];

    [TestCase("", null, null, null, false)]
    [TestCase("", "Brno", "Sales", 7, false)]
    [TestCase("site=Brno", "Brno", null, null, true)]
    [TestCase("site=Brno", "brno", null, null, false)]
    [TestCase("site=Brno", null, "Brno", null, false)]
    [TestCase("department=Sales", "Brno", "Sales", 9, true)]
    [TestCase("department=Sales", "Brno", null, 9, false)]
    [TestCase("project=7", null, null, 7, true)]
    [TestCase("project=7", null, null, 8, false)]
    [TestCase("project=7", "7", "7", null, false)]
    [TestCase("project=-1", null, null, null, false)]
    [TestCase("department=Sales;department=Legal;project=7", "Brno", "Legal", null, true)]
    [TestCase("department=Sales;department=Legal;project=7", "Brno", "Stores", 7, true)]
    [TestCase("department=Sales;department=Legal;project=7", "Brno", "Stores", 8, false)]
    [TestCase("department=Sales;site=Brno", "Brno", null, null, true)]
    [TestCase("department=Sales;site=Brno", "Bonn", "Sales", null, true)]
    [TestCase("department=Sales;site=Brno", "Bonn", "Legal", null, false)]
    public void A_row_is_shown_by_any_of_the_scopes(string scopes, string? site, string? department, int? project, bool shown)
    {
        ILookup<string, string> parts = scopes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=')).ToLookup(s => s[0], s => s[1]);
        ReportScope scope = ReportScope.Parts(1, parts["site"], parts["department"], parts["project"].Select(long.Parse));

        Assert.That(scope.Sees(site, department, project), Is.EqualTo(shown));
        Assert.That(ReportScope.Everything.Sees(site, department, project), Is.True);
    }

    [Test]
    public void What_scopes_show_together_is_the_union_of_what_each_shows_alone() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(
            Gen.ListOf(Gen.Elements("sA", "sB", "dA", "dB", "d", "p7", "p8", "p-1")).ToArbitrary(),
            list =>
            {
                ReportScope together = Of(list);
                return s_names.All(site => s_names.All(department => s_ids.All(project => together.Sees(site, department, project) == list.Any(one => Of([one]).Sees(site, department, project)))));
            }));

    [Test]
    public void What_is_of_devices_never_shows_more_and_nothing_where_no_site_is_given()
    {
        ReportScope both = ReportScope.Parts(1, ["A"], ["B"], [7]);
        Assert.That((both.OfDevices.Sees("A", null, null), both.OfDevices.Sees("B", "B", 7), both.HasDevices, both.HasPeople, both.OnlyPeople), Is.EqualTo((true, false, true, true, false)));
        ReportScope people = ReportScope.Parts(1, departments: ["B"]);
        Assert.That((people.OfDevices.IsWhole, people.OfDevices.Sees("A", "B", 7), people.HasDevices, people.OnlyPeople), Is.EqualTo((false, false, false, true)));
        ReportScope fleet = ReportScope.Parts(1, fleet: ["dealer=north"]);
        Assert.That((fleet.Sees("A", "B", 7), fleet.HasDevices, fleet.HasPeople), Is.EqualTo((false, false, false)));
    }

    [Test]
    public void Keys_of_different_scopes_differ_and_of_equal_ones_do_not()
    {
        ReportScope[] all =
        [
            ReportScope.Everything, ReportScope.Parts(1), ReportScope.Of(2), ReportScope.Parts(1, ["A", "B"]), ReportScope.Parts(1, ["A,B"]), ReportScope.Parts(1, ["A\",\"B"]), ReportScope.Parts(1, ["A"], ["B"]),
            ReportScope.Parts(1, departments: ["A", "B"]), ReportScope.Parts(1, projects: [1, 2]), ReportScope.Parts(1, projects: [12]), ReportScope.Parts(1, fleet: ["dealer=a"]),
        ];
        Assert.That(all.Select(s => s.Key), Is.Unique);
        Assert.That(all, Is.Unique);
        Assert.That(ReportScope.Parts(1, ["B", "A", "B"]), Is.EqualTo(ReportScope.Parts(1, ["A", "B"])));
        Assert.That(ReportScope.Parts(1, ["B", "A"]).GetHashCode(), Is.EqualTo(ReportScope.Parts(1, ["A", "B"]).GetHashCode()));
        Assert.That(ValueSet<string>.Of(["b", "a"]).ToString(), Is.EqualTo("[\"a\",\"b\"]"));
    }

    [TestCase("department=Sales", true)]
    [TestCase("department=Sales;site=Brno;project=X", true)]
    [TestCase("dealer=a;customer=b", true)]
    [TestCase("organisation=a", true)]
    [TestCase("organisation=a;organisation=b", false)]
    [TestCase("organisation=a;department=Sales", false)]
    [TestCase("site=Brno;dealer=a", false)]
    [TestCase("site=Brno;nothing", false)]
    [TestCase("", true)]
    public void Scopes_go_together_by_their_kinds(string scopes, bool together) =>
        Assert.That(ScopeText.GoTogether(scopes.Split(';', StringSplitOptions.RemoveEmptyEntries)), Is.EqualTo(together));

    [Test]
    public void At_most_so_many_go_together() => Assert.That(
        (ScopeText.GoTogether([.. Enumerable.Range(0, ScopeText.Most).Select(i => $"site={i}")]), ScopeText.GoTogether([.. Enumerable.Range(0, ScopeText.Most + 1).Select(i => $"site={i}")])), Is.EqualTo((true, false)));

    [TestCase(null, "manager")]
    [TestCase("", "manager")]
    [TestCase("department=Sales", "manager department=Sales")]
    [TestCase("site=Brno\ndepartment=Sales", "manager *|manager department=Sales|manager site=Brno")]
    [TestCase("site=Brno\nsite=Brno", "manager site=Brno")]
    [TestCase("dealer=a\ncustomer=b", "manager fleet *|manager customer=b|manager dealer=a")]
    [TestCase("site=Brno\norganisation=b\nproject=x", "")]
    [TestCase("dealer=a\nsite=c", "")]
    [TestCase("department=Sales\n", "manager department=Sales")]
    [TestCase("department=Sales\n\nsite=Brno\r\ngarbage", "manager *|manager department=Sales|manager site=Brno")]
    [TestCase("garbage", "")]
    [TestCase("\n", "")]
    [TestCase(" ", "")]
    public void Roles_of_an_account_are_all_together_then_each_alone(string? scope, string expected) =>
        Assert.That(string.Join('|', RoleMapping.OfAccount("manager", scope).Select(r => r.Text)), Is.EqualTo(expected));

    [TestCase("manager", null)]
    [TestCase("manager *", "department=Sales\nsite=Brno")]
    [TestCase("manager department=Sales", "department=Sales")]
    [TestCase("manager department=Legal", null)]
    [TestCase("administrator *", null)]
    [TestCase("", null)]
    public void A_kept_role_is_found_again_and_never_grows(string text, string? scope) =>
        Assert.That(RoleMapping.Named(RoleMapping.OfAccount("manager", "site=Brno\ndepartment=Sales"), text)?.Scope, Is.EqualTo(scope));

    [Test]
    public void Whatever_is_given_is_everything_as_soon_as_everything_is()
    {
        WebOptions options = new()
        {
            Roles = new Dictionary<string, WebRole> { ["all"] = new("manager", null), ["sales"] = new("manager", "department=Sales"), ["both"] = new("manager", "department=Legal\nsite=Brno") }.ToImmutableDictionary(),
        };
        IReadOnlyList<WebRole> Given(params string[] groups) => [.. RoleMapping.All(groups.Select(g => new HeldGroup { Folded = g, Provisioned = false }), options)];
        Assert.That(RoleMapping.Named(Given("sales", "both"), "manager *")?.Scope, Is.EqualTo("department=Legal\ndepartment=Sales\nsite=Brno"));
        Assert.That(RoleMapping.Named(Given("sales", "all", "both"), "manager *"), Is.EqualTo(new WebRole("manager", null)));
        Assert.That(string.Join('|', Given("sales", "all", "both").Select(r => r.Text)), Is.EqualTo("manager|manager department=Legal|manager department=Sales|manager site=Brno"));
        Assert.That(RoleMapping.Named(RoleMapping.OfAccount("manager", "site=Brno"), "manager *"), Is.EqualTo(new WebRole("manager", "site=Brno")));
    }

    private static ReportScope Of(IEnumerable<string> parts)
    {
        ILookup<char, string> kinds = parts.ToLookup(p => p[0], p => p[1..]);
        return ReportScope.Parts(1, kinds['s'], kinds['d'], kinds['p'].Select(p => long.Parse(p, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
