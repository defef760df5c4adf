using System.Globalization;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>Who is at the simulated site: people who may do everything and, beside each, one who may do nothing at these devices.</summary>
internal static class Site
{
    /// <summary>What the devices can do; faxing is all that the others may, so together nothing is left.</summary>
    public const string DeviceFunctions = "copy;copyColor;scan;print", OthersFunctions = "fax";

    /// <summary>What everybody of the password load types.</summary>
    public const string Password = "Correct horse 1";

    /// <summary>User name of person <paramref name="number"/> at the Kerberos server, who may do nothing at these devices.</summary>
    public static string KerberosName(int number) => string.Create(CultureInfo.InvariantCulture, $"k{number:D3}");

    /// <summary>Card of person <paramref name="number"/>, counted from 0.</summary>
    public static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"04A1{number:X8}");

    /// <summary>Card of the one beside them who has no right.</summary>
    public static string CardWithoutRight(int number) => string.Create(CultureInfo.InvariantCulture, $"04B2{number:X8}");
}
