using System.Diagnostics;
using NUnit.Framework;

namespace CopyTrack.Integration.Demo;

/// <summary>The worked example of docs/terminal-protocol.md, as its script types it: openssl and curl against the real programs.</summary>
[Parallelizable] // Its server and its copier are its own, and it waits most of the time.
internal sealed class WorkedExampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [TestCaseSource(nameof(Copiers))]
    public async Task Example_agrees_with_the_copier_to_the_page(string copier)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Built.Root, "docs", "worked-example.sh"));
        start.Environment["COPYTRACK"] = "dotnet " + Built.Server;
        start.Environment["MFP_SIMULATOR"] = "dotnet " + Built.Simulator;
        start.Environment["SIMULATED"] = copier;
        using var example = Process.Start(start)!;
        var error = example.StandardError.ReadToEndAsync();
        var output = example.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        await example.WaitForExitAsync(patience.Token);
        Assert.That(example.ExitCode, Is.Zero, await output + await error);
        Assert.That(await output, Does.Contain("The ledger is good.").And.Contain("To the page: 12 impressions on 10 sheets"));
    }

    private static IEnumerable<string> Copiers()
    {
        yield return "--model kyocera";
        if (Environment.GetEnvironmentVariable("COPYTRACK_SHARED") is { Length: > 0 } shared)
        {
            yield return $"--walk {Path.Combine(shared, "walks", "kyocera_cs4053ci.snmprec")}";
        }
    }
}
