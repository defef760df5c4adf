using System.Security.Cryptography.X509Certificates;
using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Reports.Schedules;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads the section <c>Mail</c>: the server that takes our mails.</summary>
internal static class MailSettings
{
    /// <summary>The options; without <c>Mail:Host</c> nothing is mailed. Throws <see cref="ConfigurationFault"/>.</summary>
    public static MailOptions Read(SettingReader read)
    {
        string? host = read.Text("Mail:Host", null), from = read.Text("Mail:From", null), user = read.Text("Mail:User", null);
        string? password = read.Text("Mail:PasswordFile", null), authorities = read.Text("Mail:CaFile", null), link = read.Text("Mail:Link", null);
        int port = read.Number("Mail:Port", 0, 0, 65535);
        SmtpSecurity security = read.Text("Mail:Security", "starttls") switch
        {
            "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.Tls,
            "none" => SmtpSecurity.None,
            var other => throw new ConfigurationFault("Mail:Security", $"'{other}' is none of starttls, tls, none"),
        };
        if (link is not null && !(Uri.TryCreate(link, UriKind.Absolute, out Uri? address) && address.Scheme is "https" or "http"))
        {
            throw new ConfigurationFault("Mail:Link", $"'{link}' is no address such as https://copytrack.example.org");
        }

        if (host is null)
        {
            return new MailOptions { Link = link };
        }

        if ((user is null) != (password is null))
        {
            throw new ConfigurationFault("Mail:User", "needs Mail:PasswordFile beside it, and the other way round");
        }

        if (user is not null && security == SmtpSecurity.None)
        {
            throw new ConfigurationFault("Mail:Security", "a password is sent under TLS only; use starttls or tls");
        }

        return new MailOptions
        {
            Link = link,
            From = Mailbox.TryParse(from, "CopyTrack") ?? throw new ConfigurationFault("Mail:From", "is needed with Mail:Host, an address such as copytrack@example.org"),
            Server = new SmtpSettings
            {
                Host = host, Port = port, Security = security, UserName = user, Password = password is null ? null : Content("Mail:PasswordFile", password), TrustedCas = authorities is null ? null : Authorities(authorities),
            },
        };
    }

    private static string Content(string key, string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFault(key, e.Message);
        }
    }

    private static X509Certificate2Collection Authorities(string file)
    {
        X509Certificate2Collection found = [];
        try
        {
            found.ImportFromPem(Content("Mail:CaFile", file));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            throw new ConfigurationFault("Mail:CaFile", $"'{file}' holds no certificates in PEM");
        }

        return found.Count > 0 ? found : throw new ConfigurationFault("Mail:CaFile", $"'{file}' holds no certificates in PEM");
    }
}
