namespace CopyTrack.Server.Verbs;

/// <summary><c>serve</c>: runs the server.</summary>
internal static class ServeVerb
{
    /// <summary>Runs until <paramref name="cancellationToken"/> says stop; 2 where this build does not carry it.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        await error.WriteLineAsync("serve: not part of this build");
        return 2;
    }
}
