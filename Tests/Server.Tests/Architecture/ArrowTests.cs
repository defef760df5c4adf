using System.Reflection;
using System.Xml.Linq;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Architecture;

/// <summary>Who may reference whom: read from project files, compiled references and the using lines inside the server.</summary>
public sealed class ArrowTests
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Terminal.Protocol"] = [],
        ["Accounting"] = [],
        ["Identity"] = [],
        ["Server"] = ["Terminal.Protocol", "Accounting", "Identity", "MfpSimulator.Engine", "Agent.Engine"],
        ["MfpSimulator.Engine"] = [],
        ["MfpSimulator"] = ["MfpSimulator.Engine"],
        ["Agent.Engine"] = ["Accounting"],
        ["Agent.Page"] = ["Agent.Engine"],
        ["Agent"] = ["Agent.Engine", "Agent.Page"],
        ["ReleaseSigner"] = ["Accounting"],
        ["Terminal"] = ["Terminal.Protocol"],
        ["LoadGenerator"] = ["Terminal.Protocol", "Accounting", "MfpSimulator.Engine"],
    };

    private static readonly Dictionary<string, string[]> ServerFolders = new()
    {
        ["Data"] = [],
        ["Secrets"] = ["Data"],
        ["Polling"] = ["Data", "Secrets"],
        ["Kerberos"] = [],
        ["Charging"] = ["Data"],
        ["WalkUp"] = ["Data", "Polling", "Secrets", "Kerberos", "Charging"],
        ["Receipts"] = ["Data", "Secrets", "Polling", "WalkUp", "Charging"],
        ["Soap"] = ["Data", "WalkUp", "Receipts"],
        ["Panels"] = ["Data", "WalkUp"],
        ["Gateway"] = ["Data", "WalkUp", "Secrets"],
        ["Enrolment"] = ["Data", "Secrets", "Gateway"],
        ["Imports"] = ["Data", "Secrets"],
        ["Reports"] = ["Data"],
        ["Directories"] = ["Data", "Secrets", "Imports"],
        ["Fleet"] = ["Data", "Polling", "Secrets", "Reports"],
        ["Alerts"] = ["Data", "Reports", "Fleet"],
        ["Webhooks"] = ["Data", "Secrets", "Reports"],
        ["Observability"] = ["Data", "Api"],
        ["Api"] = ["Data", "Charging", "WalkUp", "Polling", "Reports", "Imports", "Enrolment", "Secrets", "Directories", "Receipts", "Fleet", "Webhooks", "Alerts"],
        ["Web"] = ["Data", "Panels", "Charging", "WalkUp", "Polling", "Reports", "Imports", "Enrolment", "Secrets", "Api", "Observability", "Directories", "Receipts", "Fleet", "Kerberos", "Webhooks", "Alerts"],
    };

    [TestCaseSource(nameof(ProjectFiles))]
    public void Project_references_only_what_the_arrows_allow(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var references = XDocument.Load(path).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.That(references.Except(Projects[name]), Is.Empty, $"{name} references more than it may");
    }

    [TestCase("Terminal.Protocol")]
    [TestCase("Accounting")]
    [TestCase("Identity")]
    public void Library_uses_the_base_library_alone(string library)
    {
        var packages = XDocument.Load(Path.Combine(Root, library, library + ".csproj")).Descendants("PackageReference");
        Assert.That(packages, Is.Empty);
        var assembly = Assembly.Load("CopyTrack." + library);
        Assert.That(assembly.GetReferencedAssemblies().Select(a => a.Name!),
            Has.None.Matches<string>(n => n!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || n.StartsWith("Microsoft.Extensions", StringComparison.Ordinal) || n == "Dapper"));
    }

    [Test]
    public void Sockets_of_the_libraries_stand_in_transport_folders()
    {
        var offenders = new[] { "Terminal.Protocol", "Accounting", "Identity" }
            .SelectMany(p => Sources(Path.Combine(Root, p)))
            .Where(f => !f.Contains("/Transport/", StringComparison.Ordinal) && File.ReadAllText(f).Contains("System.Net.Sockets", StringComparison.Ordinal));
        Assert.That(offenders, Is.Empty);
    }

    [Test]
    public void Simulator_sees_no_ledger_type()
    {
        var offenders = Sources(Path.Combine(Root, "Tools", "MfpSimulator"))
            .Where(f => File.ReadAllText(f).Contains("CopyTrack.Accounting.Ledger", StringComparison.Ordinal) || File.ReadAllText(f).Contains("CopyTrack.Accounting.Sessions", StringComparison.Ordinal));
        Assert.That(offenders, Is.Empty);
    }

    [TestCaseSource(nameof(Folders))]
    public void Server_folder_uses_only_folders_below_it(string folder)
    {
        var offenders =
            from file in Sources(Path.Combine(Root, "Server", folder))
            from line in File.ReadLines(file)
            where line.StartsWith("using CopyTrack.Server.", StringComparison.Ordinal)
            let used = line["using CopyTrack.Server.".Length..].TrimEnd(';').Split('.')[0]
            where used != folder && !ServerFolders[folder].Contains(used)
            select $"{Path.GetFileName(file)}: {used}";
        Assert.That(offenders, Is.Empty, $"{folder} reaches above itself");
    }

    [Test]
    public void Agent_inside_the_server_is_known_to_its_hosting_alone()
    {
        var offenders = Sources(Path.Combine(Root, "Server")).Where(f => !f.Contains("/Server/Hosting/", StringComparison.Ordinal) && File.ReadLines(f).Any(l => l.StartsWith("using CopyTrack.Agent", StringComparison.Ordinal)));
        Assert.That(offenders, Is.Empty);
    }

    [TestCaseSource(nameof(ProjectFiles))]
    public void Namespaces_follow_folders(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var ns = XDocument.Load(path).Descendants("RootNamespace").FirstOrDefault()?.Value ?? "CopyTrack." + Path.GetFileNameWithoutExtension(path);
        var offenders =
            from file in Sources(folder)
            let declared = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null
            let below = Path.GetRelativePath(folder, Path.GetDirectoryName(file)!)
            let expected = below == "." ? ns : ns + "." + below.Replace('/', '.')
            where declared != $"namespace {expected};"
            select $"{Path.GetRelativePath(Root, file)}: {declared}, expected {expected}";
        Assert.That(offenders, Is.Empty);
    }

    [Test]
    public void No_folder_or_file_is_a_drawer_for_everything()
    {
        string[] drawers = ["Helper", "Helpers", "Utils", "Utilities", "Manager", "Common", "Misc"];
        var offenders = Sources(Root).Where(f => drawers.Any(d => Path.GetFileNameWithoutExtension(f).EndsWith(d, StringComparison.Ordinal)
            || f.Contains($"/{d}/", StringComparison.Ordinal)));
        Assert.That(offenders, Is.Empty);
    }

    private static IEnumerable<string> ProjectFiles() => Projects.Keys.Select(name =>
        Directory.EnumerateFiles(Root, name + ".csproj", SearchOption.AllDirectories).Single(f => !f.Contains("/Tests/", StringComparison.Ordinal)));

    private static IEnumerable<string> Folders() => ServerFolders.Keys.Where(f => Directory.Exists(Path.Combine(Root, "Server", f)));

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        return at.FullName;
    }
}
