using System.Collections.Immutable;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Web.SignIn;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads the section <c>Web</c>.</summary>
internal static class WebSettings
{
    private static readonly string[] s_scopes = ["organisation", "site", "department", "project", "dealer", "customer"];

    /// <summary>The options; throws <see cref="ConfigurationFault"/> for values that can't be.</summary>
    public static WebOptions Read(SettingReader read)
    {
        var defaults = new WebOptions();
        return defaults with
        {
            Roles = read.Section("Web:Roles").ToImmutableDictionary(g => NameFolding.Fold(g.Name), g => Role($"Web:Roles:{g.Name}", g.Value)),
            Idle = TimeSpan.FromMinutes(read.Number("Web:IdleMinutes", (int)defaults.Idle.TotalMinutes, 1, 1440)),
            Longest = TimeSpan.FromHours(read.Number("Web:SessionHours", (int)defaults.Longest.TotalHours, 1, 24)),
        };
    }

    private static WebRole Role(string key, string text)
    {
        var parts = text.Trim().Split(' ', 2, StringSplitOptions.TrimEntries);
        if (!Roles.All.Contains(parts[0]) || parts[0] == Roles.Monitor)
        {
            throw new ConfigurationFault(key, $"'{parts[0]}' is none of {string.Join(", ", Roles.All.Remove(Roles.Monitor))}");
        }

        if (parts.Length == 1)
        {
            return new WebRole(parts[0], null);
        }

        var scope = parts[1].Split('=', 2);
        return scope.Length == 2 && scope[1].Length is > 0 and <= 256 && s_scopes.Contains(scope[0], StringComparer.Ordinal)
            ? new WebRole(parts[0], parts[1])
            : throw new ConfigurationFault(key, $"'{parts[1]}' is no scope such as department=Sales");
    }
}
