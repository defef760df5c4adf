using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace CopyTrack.Integration.Demo;

/// <summary>The programs of this build, run as processes.</summary>
internal static class Built
{
    /// <summary>Root of the source tree.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server.</summary>
    public static string Server => Path.Combine(Root, "Server", "bin", Configuration, "net10.0", "copytrack.dll");

    /// <summary>The simulator of copiers.</summary>
    public static string Simulator => Path.Combine(Root, "Tools", "MfpSimulator", "Program", "bin", Configuration, "net10.0", "mfp-simulator.dll");

    private static string Configuration => new DirectoryInfo(TestContext.CurrentContext.TestDirectory).Parent!.Name;

    /// <summary>Starts the server's program with both outputs redirected.</summary>
    public static Process Start(string workingDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = workingDirectory };
        start.ArgumentList.Add(Server);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int Status, string Output, string Error)> RunAsync(string workingDirectory, params string[] arguments)
    {
        using var process = Start(workingDirectory, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    /// <summary>Asks a process to end, as a service manager does; returns its exit status.</summary>
    public static async Task<int> TerminateAsync(Process process)
    {
        const int sigterm = 15;
        Assert.That(Kill(process.Id, sigterm), Is.Zero);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private static string FindRoot()
    {
        var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        return at.FullName;
    }
}
