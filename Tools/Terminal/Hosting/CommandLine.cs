using System.Security.Cryptography;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Doctor;
using CopyTrack.Terminal.Enrolment;

namespace CopyTrack.Terminal.Hosting;

/// <summary>The program's verbs. Exit status: 0 good; 1 faults found or enrolment refused; 2 wrong usage or configuration; 3 the server was not reached.</summary>
internal static class CommandLine
{
    private const string Usage = """
        copytrack-terminal run --config FILE [--events]
            Runs the terminal. --events writes what happens to standard output, one JSON object a line (always so in simulated mode).
        copytrack-terminal enrol --config FILE --code CODE [--fingerprint SHA256]
            Fetches this terminal's certificate with its one-time code. --code - reads the code from standard input.
        copytrack-terminal doctor --config FILE
            Tells in plain words what is wrong with readers, panel, certificate and server.
        """;

    /// <summary>Runs the verb; faults of usage and configuration become one line on standard error.</summary>
    internal static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return args switch
            {
                ["run", .. var rest] => await RunCommand.RunAsync(Load(Take(rest, out var others, "--config"), others, "--events"), rest.Contains("--events")),
                ["enrol", .. var rest] => await EnrolAsync(rest),
                ["doctor", .. var rest] => await DoctorCommand.RunAsync(Load(Take(rest, out var others, "--config"), others)),
                ["decode", .. var rest] => DecodeCommand.Run(rest),
                ["help" or "--help" or "-h"] => Print(Usage),
                _ => throw new ConfigurationException("usage", "run, enrol or doctor; --help tells more"),
            };
        }
        catch (ConfigurationException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 2;
        }
        catch (EnrolmentException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return fault.Unreachable ? 3 : 1;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    private static async Task<int> EnrolAsync(string[] args)
    {
        var config = Take(args, out args, "--config");
        var code = Take(args, out args, "--code");
        var fingerprint = args.Contains("--fingerprint") ? Take(args, out args, "--fingerprint") : null;
        var options = Load(config, args, "--once");
        if (code == "-")
        {
            code = (await Console.In.ReadLineAsync())?.Trim() ?? "";
        }
        var until = await new Enroller(options, new KeyFolder(options.Terminal.KeyFolder), TimeProvider.System).EnrolAsync(code, fingerprint, CancellationToken.None);
        return Print($"enrolled {options.Terminal.Id}, certificate good until {until:yyyy-MM-dd}");
    }

    private static TerminalOptions Load(string config, string[] others, params ReadOnlySpan<string> flags)
    {
        foreach (var other in others)
        {
            if (!flags.Contains(other))
            {
                throw new ConfigurationException("usage", $"{other} is not known; --help tells more");
            }
        }
        return ConfigurationFile.Load(config);
    }

    private static string Take(string[] args, out string[] others, string name)
    {
        var at = Array.IndexOf(args, name);
        if (at < 0 || at + 1 >= args.Length)
        {
            throw new ConfigurationException("usage", $"{name} is missing");
        }
        others = [.. args[..at], .. args[(at + 2)..]];
        return args[at + 1];
    }

    private static int Print(string text)
    {
        Console.Out.WriteLine(text);
        return 0;
    }
}
