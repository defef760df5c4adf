using System.Globalization;

namespace CopyTrack.Accounting.Mail;

/// <summary>What a server says that it can do (RFC 5321 §4.1.1.1).</summary>
/// <param name="StartTls">STARTTLS (RFC 3207).</param>
/// <param name="Plain">AUTH PLAIN (RFC 4616).</param>
/// <param name="Login">AUTH LOGIN.</param>
/// <param name="KnowsSize">SIZE (RFC 1870).</param>
/// <param name="MostOctets">Longest mail that it takes, or null when it does not say.</param>
internal sealed record SmtpOffer(bool StartTls, bool Plain, bool Login, bool KnowsSize, long? MostOctets)
{
    /// <summary>A server that knows HELO alone.</summary>
    public static SmtpOffer Nothing { get; } = new(false, false, false, false, null);

    /// <summary>From the reply to EHLO, whose first line is a greeting; words that are not known are passed over.</summary>
    public static SmtpOffer Read(SmtpReply reply)
    {
        var offer = Nothing;
        foreach (var line in reply.Lines.Skip(1))
        {
            // Some old servers write "AUTH=PLAIN".
            var words = line.ToUpperInvariant().Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            offer = words switch
            {
                ["STARTTLS", ..] => offer with { StartTls = true },
                ["AUTH", .. var ways] => offer with { Plain = offer.Plain || ways.Contains("PLAIN"), Login = offer.Login || ways.Contains("LOGIN") },
                ["SIZE", var most, ..] when long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var octets) => offer with { KnowsSize = true, MostOctets = octets == 0 ? null : octets },
                ["SIZE", ..] => offer with { KnowsSize = true },
                _ => offer,
            };
        }

        return offer;
    }
}
