using System.Diagnostics;
using CopyTrack.Agent;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>What is shipped beside the agent's program: units for systemd and a sample of its settings.</summary>
public sealed class AgentPackagingTests
{
    private const string Program = "/usr/lib/copytrack-agent/copytrack-agent", Verifier = "/usr/bin/systemd-analyze";

    private static readonly string[] s_sections = ["Unit", "Service", "Install"];

    private static string Folder
    {
        get
        {
            var root = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
            while (!File.Exists(Path.Combine(root.FullName, "CopyTrack.sln")))
            {
                root = root.Parent!;
            }

            return Path.Combine(root.FullName, "Tools", "Agent", "packaging");
        }
    }

    [TestCase("copytrack-agent.service", "run --config ${CREDENTIALS_DIRECTORY}/agent.json")]
    [TestCase("copytrack-local.service", "local --config ${CREDENTIALS_DIRECTORY}/local.json")]
    public void Unit_starts_the_program_as_a_user_without_rights(string name, string words)
    {
        var unit = Read(Path.Combine(Folder, name));
        Assert.Multiple(() =>
        {
            Assert.That(unit.Keys.Select(k => k.Section).Distinct(), Is.SubsetOf(s_sections));
            Assert.That(unit[("Service", "ExecStart")], Is.EqualTo($"{Program} {words}"));
            Assert.That(unit[("Install", "WantedBy")], Is.EqualTo("multi-user.target"));
            Assert.That(unit[("Service", "LoadCredential")], Does.StartWith(words.Split('/')[^1] + ":/etc/copytrack/"), "the program's user can't read the file itself");
            foreach (var (key, value) in new[] { ("DynamicUser", "yes"), ("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("ProtectHome", "yes"), ("PrivateTmp", "yes"), ("CapabilityBoundingSet", ""), ("Restart", "always") })
            {
                Assert.That(unit.GetValueOrDefault(("Service", key)), Is.EqualTo(value), key);
            }
        });
    }

    [TestCase("copytrack-agent.service")]
    [TestCase("copytrack-local.service")]
    public async Task Unit_is_good_for_systemd_where_that_is_installed(string name)
    {
        if (!File.Exists(Verifier))
        {
            // Most build machines have none; the test above reads the unit by itself.
            Assert.That(Read(Path.Combine(Folder, name)), Is.Not.Empty);
            return;
        }

        // The verifier wants the program to be there.
        var copy = Directory.CreateTempSubdirectory("copytrack-unit-");
        try
        {
            var file = Path.Combine(copy.FullName, name);
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(Path.Combine(Folder, name))).Replace(Program, "/bin/true", StringComparison.Ordinal));
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
    public void Shipped_settings_are_good() => Assert.That(AgentSettings.Load(Path.Combine(Folder, "agent.sample.json")).Fault(), Is.Null);

    /// <summary>A unit as systemd.syntax(7) has it, strictly: sections, keys that stand once, no continued lines.</summary>
    private static Dictionary<(string Section, string Key), string> Read(string path)
    {
        var found = new Dictionary<(string, string), string>();
        var section = "";
        foreach (var line in File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] is not ('#' or ';')))
        {
            if (line is ['[', .., ']'])
            {
                section = line[1..^1];
                continue;
            }

            Assert.That(line, Does.Match("^[A-Z][A-Za-z]+=[^\\\\]*$"), path);
            var at = line.IndexOf('=', StringComparison.Ordinal);
            found.Add((section, line[..at]), line[(at + 1)..]);
        }

        return found;
    }
}
