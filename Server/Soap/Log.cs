namespace CopyTrack.Server.Soap;

/// <summary>Log events of the SOAP contract, 2250 to 2299. Next free: 2253.</summary>
internal static partial class Log
{
    [LoggerMessage(2250, LogLevel.Warning, "the panel of device {DeviceId} was not heard for three heartbeats and counts as away")]
    public static partial void PanelSilent(this ILogger logger, long deviceId);

    [LoggerMessage(2251, LogLevel.Error, "a SOAP request failed: {Operation}")]
    public static partial void OperationFailed(this ILogger logger, string operation, Exception exception);

    [LoggerMessage(2252, LogLevel.Warning, "a SOAP request waits for the database: {Reason}")]
    public static partial void StorageAway(this ILogger logger, string reason);
}
