using CopyTrack.Server.Hosting;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Verbs;

/// <summary><c>secrets init</c>: makes the folder of secrets.</summary>
internal static class SecretsInitVerb
{
    /// <summary>Makes the folder and prints its path and the CA's fingerprint; 1 when it is there already, which is left alone.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, TextWriter output, TextWriter error, TimeProvider time)
    {
        var options = ServerSettings.From(configuration).Secrets with { CreateWhenMissing = true };
        if (Directory.Exists(options.Directory))
        {
            await error.WriteLineAsync($"{options.Directory} is there already");
            return 1;
        }

        using var folder = SecretFolder.Open(options, time);
        await output.WriteLineAsync($"{folder.Path} ca {folder.Authority.Fingerprint}");
        return 0;
    }
}
