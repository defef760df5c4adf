namespace CopyTrack.Server.Api;

/// <summary>Where devices will send receipts of their jobs.</summary>
internal sealed class ReceiptEndpoints
{
    public static IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "POST", Path = "/accounting/jobs", Summary = "Vendor receipts, with the device's own credential and never a token. Not offered by this version.", Access = null, Answer = null,
            Handle = _ => throw new ApiProblem(501, "notOffered", "Receipts are not offered", "This version of the server takes no receipts from devices; nothing was booked.",
                "Keep the receipts; the meters count every page meanwhile."),
        },
    ];
}
