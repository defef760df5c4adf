using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.Site;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Every setting as it holds in this process, with its default, what it is for and where to change it.</summary>
internal sealed class SettingsModel(SettingsInForce settings) : PageModel
{
    /// <summary>The handbook's page: keys and reasons stand there too.</summary>
    public const string FileName = "copytrack.json";

    public string Find { get; private set; } = "";
    public bool OnlySet { get; private set; }
    public IReadOnlyList<IGrouping<string, (SettingView View, SettingText? Text)>> Sections { get; private set; } = [];

    /// <summary>Where a setting can be changed on a page, without a restart; null where a restart is needed.</summary>
    public static string? PageOf(string key) => key switch
    {
        _ when key.StartsWith("Charging:", StringComparison.Ordinal) => "/Prices",
        "Terminals:CardRules" or "Terminals:LoginMethods" => "/Terminals",
        "Polling:InventorySeconds" => "/Devices",
        _ => null,
    };

    public void OnGet(string? q, string? show)
    {
        (Find, OnlySet) = (q is { Length: <= 100 } ? q.Trim() : "", show == "set");
        Sections =
        [
            .. settings.All.Where(s => !OnlySet || s.IsSet).Select(s => (View: s, Text: SettingTexts.Of(s.Key)))
                .Where(s => Find.Length == 0 || s.View.Key.Contains(Find, StringComparison.OrdinalIgnoreCase) || s.Text?.Why.Contains(Find, StringComparison.OrdinalIgnoreCase) == true)
                .GroupBy(s => s.View.Section),
        ];
    }
}
