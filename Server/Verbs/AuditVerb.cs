namespace CopyTrack.Server.Verbs;

/// <summary><c>audit</c>: checks the ledger's invariant.</summary>
internal static class AuditVerb
{
    /// <summary>Checks one device or all; 2 where this build does not carry it.</summary>
    public static async Task<int> RunAsync(
        IConfiguration configuration, string? device, bool full, string format, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        await error.WriteLineAsync("audit: not part of this build");
        return 2;
    }
}
