namespace CopyTrack.Server.Receipts;

/// <summary>Whether accounting data may be booked.</summary>
internal interface IReceiptLicence
{
    /// <summary>False: receipts are acknowledged as ignored and kept as evidence.</summary>
    bool Permits { get; }
}

/// <summary>The built-in entitlement: everything, for ever.</summary>
internal sealed class UnlimitedLicence : IReceiptLicence
{
    /// <inheritdoc/>
    public bool Permits => true;
}
