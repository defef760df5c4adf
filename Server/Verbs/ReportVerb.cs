namespace CopyTrack.Server.Verbs;

/// <summary>What <c>report</c> was asked for, as written on the command line.</summary>
internal sealed record ReportArguments(string Name, string? From, string? To, string? By, string Format);

/// <summary><c>report NAME</c>: prints a report.</summary>
internal static class ReportVerb
{
    /// <summary>Prints the report; 2 where this build does not carry it.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, ReportArguments arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        await error.WriteLineAsync("report: not part of this build");
        return 2;
    }
}
