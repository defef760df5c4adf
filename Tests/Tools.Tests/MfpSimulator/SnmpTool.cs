using System.Diagnostics;
using System.Net;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

/// <summary>Runs one of net-snmp's commands against an agent.</summary>
internal static class SnmpTool
{
    public static async Task<(int ExitCode, string[] Lines, string Errors)> RunAsync(string tool, IPEndPoint agent, string options, params string[] operands)
    {
        var start = new ProcessStartInfo(tool) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var option in options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Concat(["-On", "-m", "", agent.ToString()]).Concat(operands)) start.ArgumentList.Add(option);
        using var process = Start(start);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        return (process.ExitCode, lines, await errors);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new AssertionException($"{start.FileName} is missing: apt-get install -y --no-install-recommends snmp");
        }
    }
}
