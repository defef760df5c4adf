using CopyTrack.Server.Hosting;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>The way of an admin from nothing to replicated people, by the program's own verbs.</summary>
public sealed class DirectoryVerbTests
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("copytrack-verbs-");
    private PrivateSlapd _slapd = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _slapd = await PrivateSlapd.StartAsync(PrivateSlapd.Person("anna", "employeeNumber: AABB0011") + PrivateSlapd.Person("ben") + PrivateSlapd.Group("staff", PrivateSlapd.Dn("anna")));

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _slapd.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Test]
    public async Task Check_dry_run_and_replication_lead_to_people()
    {
        var (status, output, error) = await RunAsync("check");
        Assert.That((status, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("\"username\": \"anna\"").And.Contain("\"changes\": \"syncrepl\"").And.Not.Contain("AABB"));
        (status, output, _) = await RunAsync("replicate", "--dry-run");
        Assert.That((status, output), Is.EqualTo((0, Lines("+ anna: new in the directory", "+ ben: new in the directory", "seen 2, added 2, changed 0, unchanged 0, deactivated 0, reactivated 0, purged 0, problems 0"))));
        (status, output, _) = await RunAsync("replicate");
        Assert.That((status, output), Is.EqualTo((0, Lines("seen 2, added 2, changed 0, unchanged 0, deactivated 0, reactivated 0, purged 0, problems 0"))));
        (_, output, _) = await RunAsync("list");
        Assert.That(output, Does.StartWith("corp  automatic").And.Contain("full good"));
    }

    [Test]
    public async Task Causes_go_to_standard_error_with_their_status()
    {
        var (status, output, error) = await RunAsync("replicate", "--Directories:corp:Password=wrong");
        Assert.That((status, error), Is.EqualTo((3, Lines($"{_slapd.Url}: the directory refuses the name or password of the reading account: check BindDn and set the password again; nobody was deactivated"))));
        Assert.That(output, Does.StartWith("seen 0"));
        (status, _, error) = await RunAsync("check", "--Directories:corp:Servers=http://x");
        Assert.That((status, error), Is.EqualTo((2, Lines("Directories:corp:Servers: 'http://x' is neither ldaps://HOST[:PORT] nor ldap://HOST[:PORT]"))));
        (status, _, error) = await RunAsync("check", "--Directories:corp:Filter=(uid=");
        Assert.That((status, error), Is.EqualTo((2, Lines("Directories:corp:Filter: is no filter: ')' is missing (at character 6)"))));
        (status, _, error) = await RunAsync("check", "--Directories:corp:Trust=all");
        Assert.That((status, error), Is.EqualTo((2, Lines("Directories:corp:Trust: there is no such setting; docs/operations.md lists them"))));
    }

    private static string Lines(params string[] lines) => string.Concat(lines.Select(l => l + Environment.NewLine));

    private async Task<(int Status, string Output, string Error)> RunAsync(string verb, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments =
        [
            "directory", verb, .. verb == "list" ? Array.Empty<string>() : ["corp"], $"--Data:Directory={_data.FullName}", $"--Directories:corp:Servers={_slapd.Url}", $"--Directories:corp:CaFile={_slapd.CaFile}",
            $"--Directories:corp:BindDn={PrivateSlapd.Reader}", $"--Directories:corp:Password={PrivateSlapd.Password}", $"--Directories:corp:BaseDn=ou=people,{PrivateSlapd.Suffix}",
            $"--Directories:corp:GroupBaseDn=ou=groups,{PrivateSlapd.Suffix}", "--Directories:corp:Map:Cards=employeeNumber", .. more,
        ];
        var status = await CommandLine.RunAsync(arguments, output, error, default);
        return (status, output.ToString(), error.ToString());
    }
}
