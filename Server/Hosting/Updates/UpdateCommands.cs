using System.CommandLine;
using System.Runtime.InteropServices;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Verbs;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary><c>supervise</c>, <c>check</c>, <c>update take</c> and <c>update back</c>: versions of this program. None but <c>check</c> opens the database itself.</summary>
internal static class UpdateCommands
{
    private const string Usual = "/var/lib/copytrack/versions";

    /// <summary><c>supervise</c>: what a service starts.</summary>
    public static Command Supervise(VerbContext context)
    {
        var root = Root();
        var command = new Command("supervise", "Runs the server, tries new versions of it, and goes back by itself (Linux)") { root };
        command.SetAction((parsed, ct) => SuperviseAsync(context, parsed.GetValue(root)!, ct));
        return command;
    }

    /// <summary><c>check</c>: whether this program fits settings and database.</summary>
    public static Command Check(VerbContext context) => CommandTree.Plain(
        "check", "Tells whether this program takes the settings, and how many migrations it would run; changes nothing", ct => CheckVerb.RunAsync(context.Configuration, context.Output, ct));

    /// <summary><c>update</c>.</summary>
    public static Command Update(VerbContext context)
    {
        var (output, error) = (context.Output, context.Error);
        var file = new Argument<string>("file") { Description = "The package" };
        var root = Root();
        var take = new Command("take", "Checks a package and puts it in place; while 'supervise' runs, the version is tried at once") { file, root };
        take.SetAction((parsed, ct) => TakeAsync(parsed.GetValue(file)!, parsed.GetValue(root)!, context, ct));
        var back = new Command("back", "Makes the version before current again; the service must be stopped") { root };
        back.SetAction(parsed => Back(parsed.GetValue(root)!, output, error));
        return new Command("update", "Versions of this program") { take, back };
    }

    /// <summary>The version that this program was built as.</summary>
    public static ReleaseVersion Own { get; } = ReleaseVersion.Of(typeof(UpdateCommands).Assembly.GetName().Version!);

    private static Option<string> Root() => new("--root") { Description = "Folder of the versions", DefaultValueFactory = _ => Usual };

    private static async Task<int> SuperviseAsync(VerbContext context, string folder, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ConfigurationFault("supervise", "works on Linux only; start 'copytrack serve' as the service");
        }

        using var keys = context.Keys();
        try
        {
            var root = new VersionRoot(folder);
            using var alone = root.Take() ?? throw new ConfigurationFault("--root", $"another supervisor has {root.Path}");
            return await new ServerSupervisor(
                root, keys, Own, Installed(), SuperviseSettings.Read(context.Configuration), context.Settings, context.Output, context.Error.WriteLine, TimeProvider.System).RunAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFault("--root", $"{folder} can't be used: {e.Message}");
        }
    }

    /// <summary>This program, as it can be started again: by itself, or by <c>dotnet</c> with its file.</summary>
    private static ChildProgram Installed()
    {
        var process = Environment.ProcessPath!;
        return new ChildProgram(process, Path.GetFileNameWithoutExtension(process) == "dotnet" ? [Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [], Own.ToString());
    }

    private static async Task<int> TakeAsync(string file, string folder, VerbContext context, CancellationToken cancellationToken)
    {
        using var known = context.Keys();
        try
        {
            var (version, tried) = await Versions(folder, known).TakeAsync(file, cancellationToken);
            await context.Output.WriteLineAsync(tried ? $"version {version} is handed to the service, which tries it now; its log and the page Updates tell how that ends"
                : $"version {version} is in place. Back up, start the service, and look at /health/ready; 'copytrack update back --root {folder}' goes back (docs/operations.md, Upgrades)");
            return 0;
        }
        catch (Exception e) when (e is FleetFormatException or IOException or UnauthorizedAccessException)
        {
            await context.Error.WriteLineAsync($"{file} is not taken: {e.Message}");
            return 2;
        }
    }

    private static int Back(string folder, TextWriter output, TextWriter error)
    {
        using var none = ReleaseKeys.BuiltIn();
        try
        {
            if (Versions(folder, none).Back() is { } version)
            {
                output.WriteLine($"version {version} is in place again; start the service");
                return 0;
            }

            error.WriteLine($"--root: {folder} knows no version before");
        }
        catch (Exception e) when (e is FleetFormatException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"--root: {e.Message}");
        }

        return 2;
    }

    private static ProgramVersions Versions(string root, ReleaseKeys keys) => new(new VersionRoot(root), keys, Own, RuntimeInformation.RuntimeIdentifier, TimeProvider.System);
}
