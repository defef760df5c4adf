namespace CopyTrack.Server.Charging;

/// <summary>Log events 2300 to 2399.</summary>
internal static partial class Log
{
    [LoggerMessage(2300, LogLevel.Warning, "Price lists could not be loaded ({Reason}); those of before go on.")]
    public static partial void PricesKept(this ILogger logger, string reason);

    [LoggerMessage(2303, LogLevel.Warning, "What ended sessions and jobs had set aside of limits could not be given back now ({Reason}); it is tried again.")]
    public static partial void HoldsKept(this ILogger logger, string reason);

    [LoggerMessage(2301, LogLevel.Warning, "Copy tracking is not licensed: {Reason}. Copies are booked as notLicensed until there is a licence.")]
    public static partial void LicenceGone(this ILogger logger, string reason);

    [LoggerMessage(2302, LogLevel.Information, "Copy tracking is licensed again.")]
    public static partial void LicenceBack(this ILogger logger);
}
