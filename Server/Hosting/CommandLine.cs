using System.CommandLine;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Hosting;

/// <summary>Entry point of the <c>copytrack</c> program: turns arguments into one verb and runs it.</summary>
internal static class CommandLine
{
    private const int Good = 0, Usage = 2, Unreachable = 3;

    /// <summary>A verb that was told to stop gets this long to end well before it is left.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(30);

    /// <summary>Runs the verb named by <paramref name="args"/> on the console; returns the exit status of docs/operations.md.</summary>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Console.Out, Console.Error, CancellationToken.None);

    /// <summary>Runs a verb with these writers. Wrong usage and configuration give one line on <paramref name="error"/> and 2, storage out of reach 3.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken) => RunAsync(args, output, error, ReleaseKeys.BuiltIn, cancellationToken);

    /// <summary>The same for a program that was built with other keys of the publisher.</summary>
    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, Func<ReleaseKeys> keys, CancellationToken cancellationToken)
    {
        try
        {
            var (rest, settings) = ConfigurationArguments.Split(args);
            var parsed = CommandTree.Build(new VerbContext(ConfigurationArguments.Build(settings), output, error) { Settings = [.. settings.Select(s => $"--{s.Key}={s.Value}")], Keys = keys }).Parse(rest);
            if (parsed.Errors.Count > 0)
            {
                await error.WriteLineAsync(parsed.Errors[0].Message);
                return Usage;
            }

            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Ending }, cancellationToken);
        }
        catch (Exception e) when (e is ConfigurationFault or UsageException or SecretsException or DatabaseVersionException or ArgumentException)
        {
            await error.WriteLineAsync(e.Message.ReplaceLineEndings(" "));
            return Usage;
        }
        catch (StorageUnavailableException e)
        {
            await error.WriteLineAsync(e.Message.ReplaceLineEndings(" "));
            return Unreachable;
        }
        catch (OperationCanceledException)
        {
            return Good;
        }
    }
}
