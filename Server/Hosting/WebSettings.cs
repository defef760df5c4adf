using System.Collections.Immutable;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Web.SignIn;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads the section <c>Web</c>.</summary>
internal static class WebSettings
{
    /// <summary>The options; throws <see cref="ConfigurationFault"/> for values that can't be.</summary>
    public static WebOptions Read(SettingReader read)
    {
        var defaults = new WebOptions();
        return defaults with
        {
            Roles = RolesOf(read, "Web:Roles"),
            ProvisionedRoles = RolesOf(read, "Web:ProvisionedRoles"),
            Idle = TimeSpan.FromMinutes(read.Number("Web:IdleMinutes", (int)defaults.Idle.TotalMinutes, 1, 1440)),
            Longest = TimeSpan.FromHours(read.Number("Web:SessionHours", (int)defaults.Longest.TotalHours, 1, 24)),
        };
    }

    private static ImmutableDictionary<string, WebRole> RolesOf(SettingReader read, string section) =>
        read.Section(section).ToImmutableDictionary(g => NameFolding.Fold(g.Name), g => Role($"{section}:{g.Name}", g.Value));

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

        string[] scopes = [.. ScopeText.Lines(parts[1]).Select(l => l.Trim())];
        return scopes.FirstOrDefault(s => ScopeText.Split(s) is null) is { } wrong ? throw new ConfigurationFault(key, $"'{wrong}' is no scope such as department=Sales")
            : !ScopeText.GoTogether(scopes) ? throw new ConfigurationFault(key, "these scopes do not go together: an organisation stands alone, and dealers and customers go with each other only")
            : new WebRole(parts[0], ScopeText.Join(scopes));
    }
}
