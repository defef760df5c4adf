using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>
/// The frame of every mail in HTML: a sheet with the program's name, a heading and a button. Styles stand at the elements and everything is made of tables, because mail programs drop style
/// sheets and know little else; the sheet is narrow enough for any window, and gives way on a telephone. Programs that keep a style sheet show it dark to whoever reads in the dark.
/// </summary>
internal sealed class MailFrame(IReportWords words)
{
    /// <summary>Colours as in the pages, in light, for programs that know no other.</summary>
    public const string Quiet = "#566468", Accent = "#17614f", Line = "#dfe4e1", Sunk = "#eef1ef", Warn = "#805300", Bad = "#a12c26";

    private const string Ground = "#f5f6f4", Ink = "#1b2528", Font = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

    // The dark colours of the pages in place of the light ones, found by what stands at the elements.
    private const string Dark = "@media (prefers-color-scheme:dark){"
        + $"body,table[bgcolor='{Ground}']{{background:#12171a!important}}table[bgcolor='#ffffff']{{background:#1a2124!important;color:#e6ecea!important}}[style*='{Line}']{{border-color:#2d373a!important}}"
        + $"[style*='color:{Quiet}']{{color:#9fadad!important}}[style*='color:{Accent}']{{color:#6fc9b1!important}}[style*='color:{Warn}']{{color:#e5ba6e!important}}[style*='color:{Bad}']{{color:#f2948b!important}}"
        + $"[bgcolor='{Accent}']{{background:#6fc9b1!important}}[bgcolor='{Sunk}'],[style*='background:{Sunk}']{{background:#151b1e!important}}a[style*='background:{Accent}']{{background:#6fc9b1!important;color:#0c1d18!important}}}}";

    private readonly StringBuilder html = new();

    /// <summary>Adds HTML; values of other people's go through <see cref="Text"/> first.</summary>
    public MailFrame Add(string part)
    {
        html.Append(part);
        return this;
    }

    /// <summary>Begins the mail: <paramref name="title"/> and, quietly, <paramref name="below"/>.</summary>
    public MailFrame Begin(string title, string below) => Add(
        $"<!doctype html><html lang=\"{words.Language}\"><head><meta charset=\"utf-8\" /><meta name=\"viewport\" content=\"width=device-width\" /><meta name=\"color-scheme\" content=\"light dark\" /><meta name=\"supported-color-schemes\" content=\"light dark\" /><style>{Dark}</style><title>{Text(title)}</title></head>"
        + $"<body style=\"margin:0;padding:0;background:{Ground}\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"{Ground}\"><tr><td align=\"center\" style=\"padding:24px 12px\">"
        + $"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\" style=\"max-width:640px;border:1px solid {Line};border-radius:12px;text-align:left;{Font};font-size:15px;line-height:1.45;color:{Ink}\">"
        + $"<tr><td style=\"padding:16px 24px 0;font-size:14px;font-weight:bold;color:{Accent}\">CopyTrack</td></tr>"
        + $"<tr><td style=\"padding:4px 24px 0\"><h1 style=\"font-size:22px;line-height:1.3;margin:0\">{Text(title)}</h1><p style=\"margin:2px 0 0;color:{Quiet}\">{Text(below)}</p></td></tr>");

    /// <summary>A row of the sheet.</summary>
    public MailFrame Row(string part, int above = 20) => Add(string.Create(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:{above}px 24px 0\">{part}</td></tr>"));

    /// <summary>A heading of a part.</summary>
    public MailFrame Heading(string text) => Row($"<h2 style=\"font-size:16px;line-height:1.3;margin:0\">{Text(text)}</h2>", 24);

    /// <summary>A quiet line.</summary>
    public MailFrame Note(string text, string color = Quiet) => Row($"<p style=\"margin:0;font-size:13px;color:{color}\">{Text(text)}</p>", 14);

    /// <summary>Ends the mail with a button to a page, where there is one, and what stands at its foot.</summary>
    public string End(string? link, string button, string foot)
    {
        if (link is not null)
        {
            Row($"<a href=\"{Text(link)}\" style=\"display:inline-block;background:{Accent};color:#ffffff;text-decoration:none;font-weight:bold;padding:10px 18px;border-radius:8px\">{Text(button)}</a>", 24);
        }

        Add($"<tr><td style=\"padding:24px 24px 20px\"><p style=\"margin:0;padding-top:12px;border-top:1px solid {Line};font-size:12px;color:{Quiet}\">{Text(foot)}</p></td></tr></table></td></tr></table></body></html>");
        return html.ToString();
    }

    /// <summary>A text as HTML.</summary>
    public static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
