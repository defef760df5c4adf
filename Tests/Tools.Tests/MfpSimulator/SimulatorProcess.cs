using System.Diagnostics;
using System.Net;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

/// <summary>The running program, spoken to over its standard streams.</summary>
internal sealed class SimulatorProcess : IDisposable
{
    private readonly Process process;
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(120));

    private SimulatorProcess(Process process) => this.process = process;

    public List<(IPEndPoint Address, string Line)> Ready { get; } = [];

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Assembly());
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Starts it with <c>--count</c> among the arguments and reads that many ready lines.</summary>
    public static async Task<SimulatorProcess> StartAsync(params string[] arguments)
    {
        var program = new SimulatorProcess(Start([.. arguments, "--until-eof"]));
        var count = int.Parse(arguments[Array.IndexOf(arguments, "--count") + 1], System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < count; i++)
        {
            var line = await program.ReadAsync();
            Assert.That(line, Does.StartWith("ready "));
            program.Ready.Add((IPEndPoint.Parse(line.Split(' ')[1]), line));
        }

        return program;
    }

    public async Task<string> ReadAsync() => await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new AssertionException("It ended: " + await process.StandardError.ReadToEndAsync(patience.Token));

    public async Task<string> AskAsync(string command)
    {
        await process.StandardInput.WriteLineAsync(command);
        return await ReadAsync();
    }

    public async Task<int> QuitAsync()
    {
        await process.StandardInput.WriteLineAsync("quit");
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
        patience.Dispose();
    }

    /// <summary>Beside the tests' own output folder, in the same configuration.</summary>
    private static string Assembly()
    {
        var own = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        var root = own;
        while (!File.Exists(Path.Combine(root.FullName, "CopyTrack.sln"))) root = root.Parent ?? throw new AssertionException("The tests run outside the source tree.");
        return Path.Combine(root.FullName, "Tools", "MfpSimulator", "Program", "bin", own.Parent!.Name, own.Name, "mfp-simulator.dll");
    }
}
