using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Every setting as it holds in this process, with its default, what it is for and where to change it.</summary>
internal sealed class SettingsModel(SettingsInForce settings, LiveSettings live, Words words) : PageModel
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

    /// <summary>The setting when it can be changed here; null where a restart is needed.</summary>
    public static LiveSetting? LiveOf(string key) => LiveSettings.Find(key);

    /// <summary>What an administrator has set here, which holds before the configuration; null where nobody has.</summary>
    public int? ChangedTo(string key) => live.ChangedTo(key);

    /// <summary>Changes a setting that can be changed while the server runs; an empty value lets the configuration hold again. Security settings ask for the secret first.</summary>
    public async Task<IActionResult> OnPostAsync(string? key, string? value, CancellationToken cancellationToken)
    {
        if (LiveSettings.Find(key ?? "") is not { } setting)
        {
            this.TellFault(words["This setting can't be changed here: set it where the column Set by says, or in {0}, and restart the server.", FileName]);
            return RedirectToPage();
        }

        int? number = null;
        if (!string.IsNullOrWhiteSpace(value))
        {
            if (!int.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int read) || read < setting.Least || read > setting.Most)
            {
                this.TellFault(words["{0} is not changed: it takes a whole number from {1} to {2}. Type one, or nothing to let the configuration hold.", setting.Key, setting.Least, setting.Most]);
                return RedirectToPage();
            }

            number = read;
        }

        await live.SetAsync(setting, number, WebSession.Of(HttpContext)!.Actor, cancellationToken);
        this.Tell(words["{0} is changed. It holds at once here, and within seconds on every other server of this site.", setting.Key]);
        return RedirectToPage();
    }

    public void OnGet(string? q, string? show)
    {
        (Find, OnlySet) = (q is { Length: <= 100 } ? q.Trim() : "", show == "set");
        Sections =
        [
            .. settings.All.Where(s => !OnlySet || s.IsSet || ChangedTo(s.Key) is not null).Select(s => (View: s, Text: SettingTexts.Of(s.Key)))
                .Where(s => Find.Length == 0 || s.View.Key.Contains(Find, StringComparison.OrdinalIgnoreCase) || s.Text?.Why.Contains(Find, StringComparison.OrdinalIgnoreCase) == true)
                .GroupBy(s => s.View.Section),
        ];
    }
}
