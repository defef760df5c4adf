using System.Globalization;
using System.Text.Json;
using CopyTrack.Server.Hosting;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Verbs;

internal sealed class CommandLineTests
{
    private string directory = "";

    [SetUp]
    public void MakeDirectory() => directory = Directory.CreateTempSubdirectory("copytrack-verbs-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task Verbs_work_on_a_new_directory_and_print_what_they_make()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "u.csv"), "username\nanna\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "d.csv"), "name,address\nmfp,10.0.0.1\n");
        Assert.That(await RunAsync("import", "users", Path.Combine(directory, "u.csv")), Is.EqualTo((0, "added 1, changed 0, unchanged 0, bad 0\n", "")));
        Assert.That((await RunAsync("import", "devices", Path.Combine(directory, "d.csv"))).Status, Is.Zero);
        Assert.That((await RunAsync("user", "activation-code", "ANNA")).Output, Does.Match("^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n$"));
        Assert.That((await RunAsync("token", "create", "--role", "manager", "--scope", "site=A", "--days", "3")).Output, Does.Match("^ct_[A-Za-z0-9_-]{43}\n$"));
        Assert.That((await RunAsync("device", "credential", "mfp")).Output, Does.StartWith("cd_"));
        Assert.That((await RunAsync("setup-code")).Status, Is.Zero);
        using var code = JsonDocument.Parse((await RunAsync("terminal", "enrol-code", "box", "--device", "MFP")).Output);
        Assert.That(code.RootElement.EnumerateObject().Select(member => member.Name), Is.EqualTo(["terminal", "code", "expiresAt", "caFingerprint"]));
        Assert.That(await RunAsync("terminal", "revoke", code.RootElement.GetProperty("terminal").GetString()!), Is.EqualTo((0, "", "")));
    }

    [TestCase(2, "Https:Port: ", "migrate", "--Https:Port=99999")]
    [TestCase(2, "Data:Provider: ", "migrate", "--Data:Provider=oracle")]
    [TestCase(2, "Data:NoSuchKey: ", "migrate", "--Data:NoSuchKey=1")]
    [TestCase(2, "bogus", "bogus")]
    [TestCase(2, "--role: ", "token", "create", "--role", "boss")]
    [TestCase(2, "--scope: ", "token", "create", "--role", "user", "--scope", "planet=x")]
    [TestCase(2, "nofile.csv: there is no such file", "import", "users", "nofile.csv")]
    [TestCase(2, "needs a name and --device", "terminal", "enrol-code", "box")]
    [TestCase(3, "the database can't be reached", "migrate", "--Data:Provider=postgres", "--Data:ConnectionString=Host=127.0.0.1;Port=1;Username=x;Timeout=2")]
    [TestCase(1, "there is no terminal", "terminal", "revoke", "t1")]
    [TestCase(1, "there is no user", "user", "activation-code", "nobody")]
    public async Task Fault_is_one_line_on_standard_error_with_its_status(int status, string message, params string[] args)
    {
        var (actual, output, error) = await RunAsync(args);
        Assert.That((actual, output), Is.EqualTo((status, "")), error);
        Assert.That(error, Does.Contain(message));
        Assert.That(error.TrimEnd('\n'), Does.Not.Contain('\n'));
    }

    private async Task<(int Status, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var status = await CommandLine.RunAsync([.. args, $"--Data:Directory={Path.Combine(directory, "data")}"], output, error, default);
        return (status, output.ToString(), error.ToString());
    }
}
