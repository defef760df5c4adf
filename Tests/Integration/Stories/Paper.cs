using System.Diagnostics;
using NUnit.Framework;

namespace CopyTrack.Integration.Stories;

/// <summary>What stands in a PDF, read by poppler's tools.</summary>
internal static class Paper
{
    /// <summary>The text as it is laid out.</summary>
    public static Task<string> TextAsync(string file) => RunAsync("pdftotext", "-layout", file, "-");

    /// <summary>Number of pages.</summary>
    public static async Task<int> PagesAsync(string file) =>
        int.Parse((await RunAsync("pdfinfo", file)).Split('\n').Single(l => l.StartsWith("Pages:", StringComparison.Ordinal))["Pages:".Length..], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return text;
    }
}
