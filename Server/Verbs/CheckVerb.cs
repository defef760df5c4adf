using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Hosting.Updates;

namespace CopyTrack.Server.Verbs;

/// <summary><c>check</c>: whether this program takes the settings, and what it would do to the database; a supervisor asks a new version so before it is tried.</summary>
internal static class CheckVerb
{
    /// <summary>Prints how many migrations would run, all of them where there is no database yet; 0. Throws what wrong settings, another program's database and storage that is away throw.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, TextWriter output, CancellationToken cancellationToken)
    {
        var settings = ServerSettings.From(configuration);
        var pending = await PendingMigrations.CountAsync(settings.Data, cancellationToken);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{VersionInspection.Fits}{pending}"));
        return 0;
    }
}
