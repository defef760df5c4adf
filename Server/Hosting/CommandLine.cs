namespace CopyTrack.Server.Hosting;

/// <summary>Entry point of the <c>copytrack</c> program: turns arguments into one verb and runs it.</summary>
internal static class CommandLine
{
    /// <summary>Runs the verb named by <paramref name="args"/>; returns the exit status of docs/operations.md.</summary>
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length == 0 ? 0 : 2);
}
