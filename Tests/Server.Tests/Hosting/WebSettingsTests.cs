using CopyTrack.Server.Hosting;
using CopyTrack.Server.Web.SignIn;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Hosting;

/// <summary>Roles of groups as settings write them: a role, then a scope on each line.</summary>
internal sealed class WebSettingsTests
{
    [TestCase("manager", "manager", null)]
    [TestCase("manager department=Sales", "manager", "department=Sales")]
    [TestCase(" manager  department=Sales \n", "manager", "department=Sales")]
    [TestCase("manager department=Sales and more\nproject=P1\nsite=Brno", "manager", "department=Sales and more\nproject=P1\nsite=Brno")]
    [TestCase("manager site=Brno\r\n   department=Sales\r\nsite=Brno", "manager", "department=Sales\nsite=Brno")]
    [TestCase("dealer dealer=North\ncustomer=Acme", "dealer", "customer=Acme\ndealer=North")]
    [TestCase("administrator organisation=default", "administrator", "organisation=default")]
    public void Role_of_a_group_has_each_scope_of_its_lines_once(string text, string role, string? scope)
    {
        foreach (string section in new[] { "Web:Roles", "Web:ProvisionedRoles" })
        {
            WebOptions options = Read($"{section}:Sales Leads", text);
            Assert.That((section == "Web:Roles" ? options.Roles : options.ProvisionedRoles)["sales leads"], Is.EqualTo(new WebRole(role, scope)));
            Assert.That(section == "Web:Roles" ? options.ProvisionedRoles : options.Roles, Is.Empty, "one kind of groups gives nothing for the other");
        }
    }

    [TestCase("boss", "'boss'")]
    [TestCase("monitor", "'monitor'")]
    [TestCase("department=Sales", "'department=Sales'")]
    [TestCase("manager\ndepartment=Sales", "is none of")]
    [TestCase("manager planet=Mars", "'planet=Mars' is no scope")]
    [TestCase("manager department=", "'department=' is no scope")]
    [TestCase("manager department=Sales\n\nsite=Brno", "'' is no scope")]
    [TestCase("manager department=Sales\nBrno", "'Brno' is no scope")]
    [TestCase("manager department=Sales;site=Brno\nall", "'all' is no scope")]
    [TestCase("manager department=Sales\norganisation=default", "do not go together")]
    [TestCase("manager organisation=a\norganisation=b", "do not go together")]
    [TestCase("dealer dealer=North\nsite=Brno", "do not go together")]
    public void What_can_not_be_read_or_does_not_go_together_ends_the_start_and_gives_nothing(string text, string told) =>
        Assert.That(() => Read("Web:Roles:leads", text), Throws.TypeOf<ConfigurationFault>().With.Message.Contains(told).And.Message.Contains("Web:Roles:leads"));

    [Test]
    public void Hundred_scopes_are_the_most()
    {
        Assert.That(Read("Web:Roles:leads", Sites(100)).Roles["leads"].Scope!.Split('\n'), Has.Length.EqualTo(100));
        Assert.That(() => Read("Web:Roles:leads", Sites(101)), Throws.TypeOf<ConfigurationFault>());

        static string Sites(int count) => "manager " + string.Join('\n', Enumerable.Range(0, count).Select(i => $"site={i}"));
    }

    private static WebOptions Read(string key, string value) => WebSettings.Read(new SettingReader(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(key, value)]).Build()));
}
