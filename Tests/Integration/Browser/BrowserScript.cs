using System.Diagnostics;
using CopyTrack.Integration.Demo;
using NUnit.Framework;

namespace CopyTrack.Integration.Browser;

/// <summary>A script of <c>Tests/Browser</c> that drives Chromium; it tells by lines of its output and listens on its input.</summary>
internal sealed class BrowserScript : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private readonly Process node;
    private readonly Task<string> errors;

    /// <summary>Starts the script with arguments.</summary>
    public BrowserScript(string script, params string[] arguments)
    {
        node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Built.Root, "Tests", "Browser", script), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        errors = node.StandardError.ReadToEndAsync();
    }

    /// <summary>The next line that it tells; fails the test when it ends instead.</summary>
    public async Task<string> LineAsync() =>
        await node.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new AssertionException("the browser's script ended: " + await errors);

    /// <summary>Lets it go on.</summary>
    public Task SayAsync(string line) => node.StandardInput.WriteLineAsync(line);

    /// <summary>Waits for its end; returns its status and what it told since.</summary>
    public async Task<(int Status, string Told)> EndAsync()
    {
        var told = await node.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await node.WaitForExitAsync().WaitAsync(Patience);
        return (node.ExitCode, told + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!node.HasExited)
        {
            node.Kill(entireProcessTree: true);
            await node.WaitForExitAsync();
        }

        node.Dispose();
    }
}
