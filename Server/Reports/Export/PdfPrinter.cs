using System.Diagnostics;
using System.Text;

namespace CopyTrack.Server.Reports.Export;

/// <summary>The browser that prints reports.</summary>
internal sealed record PdfOptions
{
    /// <summary>Path of a Chromium or Chrome (<c>Reports:Browser</c>); null: no PDF.</summary>
    public string? Browser { get; init; }

    /// <summary>Longest work on one file (<c>Reports:BrowserSeconds</c>): a report of some thousand rows takes about 2 s, a cold start of the browser a few more.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The browser's own sandbox (<c>Reports:BrowserSandbox</c>); containers that forbid user namespaces need it off.</summary>
    public bool Sandbox { get; init; } = true;
}

/// <summary>A PDF that could not be made; the message says why and what to do.</summary>
internal sealed class PdfException(string message) : Exception(message);

/// <summary>
/// Prints a page of HTML with the operator's browser, one at a time. The browser gets a folder of its own that goes when it is done, an environment without anything of ours,
/// no network and a deadline; the page itself forbids scripts. Where we run as root it does not: it becomes nobody first.
/// </summary>
internal sealed class PdfPrinter(PdfOptions options) : IDisposable
{
    private const long LargestFile = 64L << 20;
    private const int MostErrorText = 2000;
    private const string Nobody = "65534";

    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>What to tell who asks for a PDF where none can be made; null where it can.</summary>
    public string? Off => options.Browser is null ? "No PDF can be made: the setting Reports:Browser names no Chromium or Chrome on the server."
        : File.Exists(options.Browser) ? null : "No PDF can be made: the browser that the setting Reports:Browser names is not there.";

    /// <summary>The file's octets. Throws <see cref="PdfException"/> when the browser is missing, fails or takes too long.</summary>
    public async Task<byte[]> PrintAsync(string html, CancellationToken cancellationToken)
    {
        if (Off is { } off)
        {
            throw new PdfException(off);
        }

        await one.WaitAsync(cancellationToken);
        try
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("copytrack-pdf-");
            try
            {
                return await InFolderAsync(folder.FullName, html, cancellationToken);
            }
            finally
            {
                Delete(folder);
            }
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private async Task<byte[]> InFolderAsync(string folder, string html, CancellationToken cancellationToken)
    {
        string page = Path.Combine(folder, "report.html"), made = Path.Combine(folder, "report.pdf");
        await File.WriteAllTextAsync(page, html, new UTF8Encoding(false), cancellationToken);
        bool root = Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();
        if (root)
        {
            await HandOverAsync(folder, cancellationToken);
        }

        using Process browser = new() { StartInfo = Start(folder, page, made, root) };
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Longest);
        try
        {
            browser.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new PdfException($"No PDF can be made: the browser does not start ({e.Message}). Look at the setting Reports:Browser.");
        }

        Task<string> errors = ErrorsAsync(browser.StandardError), output = ErrorsAsync(browser.StandardOutput);
        try
        {
            await browser.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PdfException($"No PDF was made: the browser took longer than {options.Longest.TotalSeconds:0} s and was ended. Narrow the report, or raise Reports:BrowserSeconds.");
        }
        finally
        {
            End(browser);
        }

        await output;
        FileInfo file = new(made);
        return browser.ExitCode == 0 && file.Exists && file.Length is > 0 and <= LargestFile
            ? await File.ReadAllBytesAsync(made, cancellationToken)
            : throw new PdfException($"No PDF was made: the browser ended with status {browser.ExitCode}. {Reason(await errors)}");
    }

    /// <summary>What the browser said, without its folder and its codes; a missing sandbox gets a hint.</summary>
    private static string Reason(string errors) => errors.Contains("sandbox", StringComparison.OrdinalIgnoreCase)
        ? "Its sandbox can't be made here; Reports:BrowserSandbox=false does without, which is fair in a container of its own."
        : "Try it by hand with --headless --print-to-pdf.";

    private ProcessStartInfo Start(string folder, string page, string made, bool root)
    {
        List<string> command =
        [
            options.Browser!, "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync", "--disable-background-networking",
            "--disable-component-update", "--disable-default-apps", "--disable-breakpad", "--disable-dev-shm-usage", "--metrics-recording-only", "--mute-audio",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--no-pdf-header-footer",
            $"--user-data-dir={Path.Combine(folder, "profile")}", $"--print-to-pdf={made}",
        ];
        if (!options.Sandbox)
        {
            command.Add("--no-sandbox");
        }

        command.Add(new Uri(page).AbsoluteUri);
        if (root)
        {
            // As root the kernel helps: no network at all, no user of ours, nothing to gain again.
            command.InsertRange(0, ["unshare", "--net", "--", "setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs", "--"]);
        }

        ProcessStartInfo start = new(command[0], command.Skip(1)) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        string? path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        foreach ((string name, string? value) in new[] { ("PATH", path), ("HOME", folder), ("TMPDIR", folder), ("XDG_CONFIG_HOME", folder), ("XDG_CACHE_HOME", folder), ("LANG", "C.UTF-8"), ("TZ", "UTC") })
        {
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    private static async Task HandOverAsync(string folder, CancellationToken cancellationToken)
    {
        using Process chown = Process.Start(new ProcessStartInfo("chown", ["-R", $"{Nobody}:{Nobody}", folder])) ?? throw new PdfException("No PDF can be made: chown does not start.");
        await chown.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Reads to the end, so that the browser never waits for us, and keeps the beginning.</summary>
    private static async Task<string> ErrorsAsync(StreamReader reader)
    {
        StringBuilder kept = new();
        char[] buffer = new char[1024];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
        {
            kept.Append(buffer, 0, Math.Min(read, MostErrorText - kept.Length));
        }

        return kept.ToString();
    }

    private static void End(Process browser)
    {
        try
        {
            browser.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A process of the browser that is just ending may still write; the system's cleaning of its folder of temporary files takes the rest.
        }
    }
}
