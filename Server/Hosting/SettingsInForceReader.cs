using CopyTrack.Server.Web.Site;

namespace CopyTrack.Server.Hosting;

/// <summary>Makes the list of settings that pages show, out of what was asked for at the start.</summary>
internal static class SettingsInForceReader
{
    private const string Masked = "••••••";
    private static readonly string[] s_secret = ["Password", "Secret", "ConnectionString", "Token", "Community"];

    /// <summary>Each setting with its value, secrets masked, and where it was set.</summary>
    public static SettingsInForce Of(IReadOnlyList<AskedSetting> asked, IConfiguration configuration) =>
        new([.. asked.DistinctBy(a => a.Key, StringComparer.OrdinalIgnoreCase).Select(a => View(a, configuration))]);

    private static SettingView View(AskedSetting asked, IConfiguration configuration)
    {
        var value = configuration[asked.Key] is { Length: > 0 } given ? given : null;
        return new SettingView(
            asked.Key, value is not null && s_secret.Any(s => asked.Key.Contains(s, StringComparison.OrdinalIgnoreCase)) ? Masked : value ?? asked.Default, asked.Default,
            value is null ? null : Source(asked.Key, configuration));
    }

    /// <summary>Which of the sources won: the last one that has the key.</summary>
    private static string Source(string key, IConfiguration configuration) =>
        (configuration as IConfigurationRoot)?.Providers.Reverse().FirstOrDefault(p => p.TryGet(key, out var value) && value is { Length: > 0 }) switch
        {
            Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider => "command line",
            Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider => "environment",
            Microsoft.Extensions.Configuration.Json.JsonConfigurationProvider file => file.Source.Path ?? "file",
            _ => "program",
        };
}
