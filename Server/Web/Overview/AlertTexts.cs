namespace CopyTrack.Server.Web.Overview;

/// <summary>What an alert means for people, in English; its translation is looked up where it is shown.</summary>
internal static class AlertTexts
{
    /// <summary>The text for the kind of an alert; unknown kinds are shown as they are.</summary>
    public static string Of(string? kind) => kind switch
    {
        "panelBypass" => Words.Key("Pages were copied while the panel was locked."),
        "panelError" => Words.Key("The terminal could not lock the panel."),
        "deviceUnreachable" => Words.Key("The device did not answer when its meters were to be read."),
        "deviceReplaced" => Words.Key("Another device answers at this address."),
        "meterReset" => Words.Key("The meters began anew."),
        "quarantined" => Words.Key("A reading was put aside because it can't be true."),
        "receiptExceedsMeter" => Words.Key("The device reports more pages than its meter."),
        "supplyLow" => Words.Key("A supply has become low."),
        "directoryRefused" => Words.Key("A run of a directory was refused: too many people would go."),
        "directoryFailed" => Words.Key("A run of a directory failed."),
        "webhookPaused" => Words.Key("A webhook is paused: its receiver took nothing."),
        null => Words.Key("Something needs a look."),
        _ => kind,
    };
}
