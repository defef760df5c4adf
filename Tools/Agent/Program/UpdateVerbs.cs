using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent.Updates;

namespace CopyTrack.Agent.Program;

/// <summary><c>update</c>: what the owner says and sees of updates. A running agent follows within seconds; one that does not run, at its next start.</summary>
internal static class UpdateVerbs
{
    /// <summary>Does what the words say; null when they say nothing that is known. Throws <see cref="AgentException"/>.</summary>
    public static async Task<int?> RunAsync(string[] words, AgentSettings settings, AgentProgram program, TextWriter output, CancellationToken cancellationToken)
    {
        var desk = new UpdateDesk(settings, program, TimeProvider.System);
        switch (words)
        {
            case ["status"]:
                foreach (var line in desk.Status())
                {
                    await output.WriteLineAsync(line);
                }

                return 0;
            case ["accept", var text]:
                desk.Accept(ReleaseVersion.TryParse(text, out var version) ? version : throw new AgentException("update accept: a version is three numbers, as 1.2.3"));
                return 0;
            case [var file] when file is not ("status" or "accept"):
                try
                {
                    await output.WriteLineAsync($"version {await desk.BringAsync(file, cancellationToken)} is checked and in place; the agent tries it now");
                    return 0;
                }
                catch (FleetFormatException e)
                {
                    throw new AgentException($"{file} is not taken: {e.Message}", e);
                }
            default:
                return null;
        }
    }
}
