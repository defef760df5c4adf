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

    /// <summary>Settings that are not as the program has them by default.</summary>
    public IReadOnlyList<(SettingView View, SettingText? Text)> SetHere { get; private set; } = [];

    public IReadOnlyList<IGrouping<string, (SettingView View, SettingText? Text)>> Groups { get; private set; } = [];

    /// <summary>The setting when it can be changed here; null where a restart is needed.</summary>
    public static LiveSetting? LiveOf(string key) => LiveSettings.Find(key);

    /// <summary>What an administrator has set here, which holds before the configuration; null where nobody has.</summary>
    public int? ChangedTo(string key) => live.ChangedTo(key);

    /// <summary>Changes a setting that can be changed while the server runs; an empty value lets the configuration hold again. Security settings ask for the secret first.</summary>
    public async Task<IActionResult> OnPostAsync(string? key, string? value, CancellationToken cancellationToken)
    {
        if (LiveSettings.Find(key ?? "") is not { } setting)
        {
            this.TellFault(words["This setting can't be changed here: set it where it stands, or in {0}, and restart the server.", FileName]);
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
        return RedirectToPage(null, null, null, setting.Key[..setting.Key.IndexOf(':', StringComparison.Ordinal)]);
    }

    public void OnGet(string? q)
    {
        Find = q is { Length: <= 100 } ? q.Trim() : "";
        (SettingView View, SettingText? Text)[] all = [.. settings.All.Select(s => (View: s, Text: SettingTexts.Of(s.Key)))];
        SetHere = [.. all.Where(Differs)];
        Groups = [.. all.Where(s => Find.Length == 0 || Fits(s)).GroupBy(s => s.View.Section)];
    }

    /// <summary>True for what is not as the program has it by default.</summary>
    public bool Differs((SettingView View, SettingText? Text) setting) => setting.View.IsSet || ChangedTo(setting.View.Key) is not null;

    /// <summary>A group stands open while something is looked for, and where something was changed on this page.</summary>
    public bool IsOpen(IEnumerable<(SettingView View, SettingText? Text)> group) => Find.Length > 0 || group.Any(s => ChangedTo(s.View.Key) is not null);

    /// <summary>The value that holds, a dash for none.</summary>
    public string Value(SettingView setting) => ChangedTo(setting.Key)?.ToString(CultureInfo.InvariantCulture) ?? setting.Value ?? "—";

    /// <summary>Who says so, in the reader's words; empty for a default.</summary>
    public string From(SettingView setting) => ChangedTo(setting.Key) is not null ? words["changed on this page"] : setting.Source is { } source ? words[source] : "";

    /// <summary>The default in the reader's words; null where the handbook tells none.</summary>
    public string? DefaultOf((SettingView View, SettingText? Text) setting) =>
        setting.View.Default is { } value ? words[value] : setting.Text is { Default.Length: > 0 } text ? words[text.Default] : null;

    // By its key, its group and what is said of it, in English and in the reader's language.
    private bool Fits((SettingView View, SettingText? Text) setting)
    {
        string group = SettingGroups.Name(setting.View.Section);
        IEnumerable<string?> said = [setting.View.Key, group, words[group], setting.View.Value, setting.Text?.Why, setting.Text?.Bounds, setting.Text?.Default];
        CompareInfo compare = CultureInfo.InvariantCulture.CompareInfo;
        return said.OfType<string>().SelectMany(t => new[] { t, words[t] }).Any(t => compare.IndexOf(t, Find, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0);
    }
}
