using System.CommandLine;
using System.Runtime.InteropServices;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Server.Verbs;

/// <summary><c>update take</c> and <c>update back</c>: puts another version of this program in place from a package that the publisher signed. Needs no database; the service is restarted by whoever runs it.</summary>
internal static class UpdateVerb
{
    /// <summary>The command.</summary>
    public static Command Create(TextWriter output, TextWriter error, Func<ReleaseKeys> keys)
    {
        var file = new Argument<string>("file") { Description = "The package" };
        var root = new Option<string>("--root") { Description = "Folder of the versions; its link 'current' is what the service starts", DefaultValueFactory = _ => "/opt/copytrack" };
        var take = new Command("take", "Checks a package, puts it beside the version that runs, and switches the link") { file, root };
        take.SetAction((parsed, ct) => TakeAsync(parsed.GetValue(file)!, parsed.GetValue(root)!, output, error, keys, ct));
        var back = new Command("back", "Switches the link back to the version before") { root };
        back.SetAction(parsed => Back(parsed.GetValue(root)!, output, error));
        return new Command("update", "Versions of this program") { take, back };
    }

    private static async Task<int> TakeAsync(string file, string root, TextWriter output, TextWriter error, Func<ReleaseKeys> keys, CancellationToken cancellationToken)
    {
        using var known = keys();
        try
        {
            var version = await Versions(root, known).TakeAsync(file, cancellationToken);
            await output.WriteLineAsync($"version {version} is in place. Back up, restart the service, and look at /health/ready; 'copytrack update back --root {root}' goes back (docs/operations.md, Upgrades)");
            return 0;
        }
        catch (Exception e) when (e is FleetFormatException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"{file} is not taken: {e.Message}");
            return 2;
        }
    }

    private static int Back(string root, TextWriter output, TextWriter error)
    {
        using var none = ReleaseKeys.BuiltIn();
        if (Versions(root, none).Back() is not { } version)
        {
            error.WriteLine($"--root: {root} knows no version before");
            return 2;
        }

        output.WriteLine($"version {version} is in place again; restart the service");
        return 0;
    }

    private static ProgramVersions Versions(string root, ReleaseKeys keys) =>
        new(root, keys, ReleaseVersion.Of(typeof(UpdateVerb).Assembly.GetName().Version!), RuntimeInformation.RuntimeIdentifier);
}
