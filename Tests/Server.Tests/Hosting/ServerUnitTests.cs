using System.Diagnostics;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Hosting;

/// <summary>The unit that is shipped beside the server starts the supervisor so that it can do its work.</summary>
public sealed class ServerUnitTests
{
    private const string Program = "/opt/copytrack/copytrack", Verifier = "/usr/bin/systemd-analyze";

    private static string Shipped
    {
        get
        {
            var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
            {
                at = at.Parent!;
            }

            return Path.Combine(at.FullName, "Server", "packaging", "copytrack.service");
        }
    }

    [Test]
    public async Task Unit_is_good_for_systemd_where_that_is_installed()
    {
        if (!File.Exists(Verifier))
        {
            // Most build machines have none; the test below reads the unit by itself.
            Assert.That(await File.ReadAllTextAsync(Shipped), Is.Not.Empty);
            return;
        }

        // The verifier wants program, folder and user to be there.
        var copy = Directory.CreateTempSubdirectory("copytrack-unit-");
        try
        {
            var file = Path.Combine(copy.FullName, "copytrack.service");
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(Shipped)).Replace(Program, "/bin/true", StringComparison.Ordinal).Replace("User=copytrack", "User=daemon", StringComparison.Ordinal));
            using var process = Process.Start(new ProcessStartInfo(Verifier, ["verify", "--man=no", "--recursive-errors=no", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var told = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.That((process.ExitCode, told), Is.EqualTo((0, "")));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Test]
    public void Unit_starts_the_supervisor_which_may_write_its_versions_and_ends_its_server_itself()
    {
        var unit = File.ReadAllLines(Shipped).Where(l => l.Contains('=', StringComparison.Ordinal) && !l.StartsWith('#'))
            .ToDictionary(l => l[..l.IndexOf('=', StringComparison.Ordinal)], l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var root = unit["ExecStart"].Split("supervise --root ")[1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(root, Does.StartWith(unit["ReadWritePaths"] + "/"), "versions are written below the state folder");
            Assert.That(unit["ExecStart"], Does.Not.StartWith(unit["ReadWritePaths"]), "the program that is started first is not the server's to write");
            Assert.That(unit["Type"], Is.EqualTo("exec"), "nothing is told by NOTIFY_SOCKET: the supervisor is up as soon as it runs");
            Assert.That((unit["KillMode"], unit["Restart"], unit["NoNewPrivileges"], unit["ProtectSystem"]), Is.EqualTo(("mixed", "always", "yes", "strict")));
            Assert.That(int.Parse(unit["TimeoutStopSec"], System.Globalization.CultureInfo.InvariantCulture), Is.GreaterThan(30), "longer than the supervisor waits for its server");
        }
    }
}
