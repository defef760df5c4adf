using CopyTrack.Server.Data;
using CopyTrack.Server.Hosting;

namespace CopyTrack.Server.Verbs;

/// <summary><c>migrate</c>: brings the database to this version; safe to repeat.</summary>
internal static class MigrateVerb
{
    /// <summary>Migrates and prints the numbers of what ran, or that nothing was to do. 0.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, TextWriter output, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddData(ServerSettings.From(configuration).Data);
        await using var provider = services.BuildServiceProvider();
        var ran = await DataServices.MigrateAsync(provider, cancellationToken);
        await output.WriteLineAsync(ran.Count == 0 ? "up to date" : "ran " + string.Join(", ", ran));
        return 0;
    }
}
