using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Verbs;

/// <summary><c>import users|cards|devices|projects FILE</c>.</summary>
internal sealed class ImportVerb(CsvImports imports)
{
    /// <summary>The kinds of files.</summary>
    public static readonly string[] Kinds = ["users", "cards", "devices", "projects"];

    /// <summary>
    /// Imports; 0 when every line was good, 1 when one was bad. The summary goes to <paramref name="output"/>, bad lines to
    /// <paramref name="error"/>. Throws <see cref="UsageException"/> for a file that can't be opened or has a wrong header.
    /// </summary>
    public async Task<int> RunAsync(string kind, string file, bool strict, bool dryRun, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var mode = new ImportMode(strict, dryRun, "cli");
        var summary = await (kind switch
        {
            "users" => imports.UsersAsync(Open, error, mode, cancellationToken),
            "cards" => imports.CardsAsync(Open, error, mode, cancellationToken),
            "devices" => imports.DevicesAsync(Open, error, mode, cancellationToken),
            "projects" => imports.ProjectsAsync(Open, error, mode, cancellationToken),
            _ => throw new UsageException($"import: '{kind}' is none of {string.Join(", ", Kinds)}"),
        });
        await output.WriteLineAsync(summary.ToString());
        return summary.Bad > 0 ? 1 : 0;

        StreamReader Open() => InputFile.Open(file);
    }
}

/// <summary>Files that verbs read.</summary>
internal static class InputFile
{
    /// <summary>Opens a UTF-8 file; throws <see cref="UsageException"/> that names it and the cause when it can't be.</summary>
    public static StreamReader Open(string file)
    {
        try
        {
            return new StreamReader(file, System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{file}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}");
        }
    }
}
