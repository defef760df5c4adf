using NUnit.Framework;

namespace CopyTrack.Server.Tests.Hosting;

/// <summary>The unit that is shipped beside the server starts the supervisor so that it can do its work.</summary>
public sealed class ServerUnitTests
{
    [Test]
    public void Unit_starts_the_supervisor_which_may_write_its_versions_and_ends_its_server_itself()
    {
        var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent!;
        }

        var unit = File.ReadAllLines(Path.Combine(at.FullName, "Server", "packaging", "copytrack.service")).Where(l => l.Contains('=', StringComparison.Ordinal) && !l.StartsWith('#'))
            .ToDictionary(l => l[..l.IndexOf('=', StringComparison.Ordinal)], l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var root = unit["ExecStart"].Split("supervise --root ")[1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(root, Does.StartWith(unit["ReadWritePaths"] + "/"), "versions are written below the state folder");
            Assert.That(unit["ExecStart"], Does.Not.StartWith(unit["ReadWritePaths"]), "the program that is started first is not the server's to write");
            Assert.That((unit["KillMode"], unit["Restart"], unit["NoNewPrivileges"], unit["ProtectSystem"]), Is.EqualTo(("mixed", "always", "yes", "strict")));
            Assert.That(int.Parse(unit["TimeoutStopSec"], System.Globalization.CultureInfo.InvariantCulture), Is.GreaterThan(30), "longer than the supervisor waits for its server");
        }
    }
}
