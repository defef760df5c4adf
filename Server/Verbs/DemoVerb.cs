namespace CopyTrack.Server.Verbs;

/// <summary><c>demo</c>: runs a simulated site.</summary>
internal static class DemoVerb
{
    /// <summary>Runs until <paramref name="cancellationToken"/> says stop; 2 where this build does not carry it.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        await error.WriteLineAsync("demo: not part of this build");
        return 2;
    }
}
