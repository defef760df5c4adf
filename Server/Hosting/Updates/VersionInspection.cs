using System.Globalization;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>What a look at a version found before it is tried: why it can't be, or how many migrations it would run, and whether the ledger is good before that.</summary>
internal sealed record VersionFit(string? Fault, int Pending, bool IsLedgerGood);

/// <summary>Looks at a new version beside the one that serves, and changes nothing: does it start, does it take these settings, would it change the database.</summary>
internal sealed partial class VersionInspection(VersionRoot root, ReleaseKeys keys, SuperviseSettings settings, IReadOnlyList<string> arguments)
{
    /// <summary>What the verb <c>check</c> prints when all fits, in front of the number of migrations.</summary>
    public const string Fits = "fits, migrations to run: ";

    /// <summary>Asks the new version, and the one that serves for the state of its ledger when the database would change. <paramref name="serving"/> is the version that serves or served last.</summary>
    public async Task<VersionFit> LookAsync(ReleaseVersion version, ChildProgram serving, CancellationToken cancellationToken)
    {
        if (!await root.IsWholeAsync(version, keys, cancellationToken))
        {
            return Unfit("its files are not those that were signed");
        }

        var told = await ChildProcess.RunAsync(new ChildProgram(root.ProgramOf(version), [], version.ToString()), ["check", .. arguments], root.Path, settings.Trial, cancellationToken);
        if (told is not (0, var output, _) || Line().Match(output) is not { Success: true } match || !int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var pending))
        {
            return Unfit(told is { Error: { Length: > 0 } error } ? $"it does not fit here: {FirstLine(error)}" : "it does not start on this machine");
        }

        if (pending == 0)
        {
            return new VersionFit(null, 0, false);
        }

        if (settings.Data.GetDialect() == Dialect.PostgreSql)
        {
            return Unfit($"it would change the database by {pending} migrations, and on PostgreSQL that is not done by itself: stop all nodes, back up, 'copytrack update take' on each, start one, and the others once it is ready");
        }

        var audit = await ChildProcess.RunAsync(serving, ["audit", .. arguments], root.Path, settings.Trial, cancellationToken);
        return new VersionFit(null, pending, audit is (0, _, _));
    }

    private static VersionFit Unfit(string fault) => new(fault, 0, false);

    private static string FirstLine(string text) => text.Trim().ReplaceLineEndings("\n").Split('\n')[0].TrimEnd('.');

    [GeneratedRegex("^" + Fits + "([0-9]{1,6})\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
