using System.Text.RegularExpressions;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>First look at a device: which of its host resources is the printer, which profile fits, who it says it is.</summary>
internal sealed partial class DeviceSurvey(MibView view, ProfileLibrary library)
{
    private const int MaxRows = 256;

    private static readonly ObjectIdentifier[] Columns =
    [
        StandardMib.HrDeviceType, StandardMib.HrPrinterStatus, StandardMib.HrDeviceDescr, StandardMib.HrDeviceStatus, StandardMib.SerialNumber, StandardMib.PrinterName,
    ];

    // Brother, HP (other makers answer there too), Xerox, and the Port Monitor MIB (PWG 5107.1).
    private static readonly ObjectIdentifier[] DeviceIds =
    [
        ObjectIdentifier.Parse("1.3.6.1.4.1.2435.2.3.9.1.1.7.0"), ObjectIdentifier.Parse("1.3.6.1.4.1.11.2.3.9.1.1.7.0"),
        ObjectIdentifier.Parse("1.3.6.1.4.1.253.8.51.1.2.1.20.1"), ObjectIdentifier.Parse("1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1"),
    ];

    /// <summary>The profile that fits; null until <see cref="RunAsync"/> and for what is not a printer.</summary>
    public MeterProfile? Profile { get; private set; }

    /// <summary>hrDeviceIndex of the printer, almost always 1; some devices use 0.</summary>
    public uint Device { get; private set; } = 1;

    public bool IsPrinter { get; private set; }

    /// <summary>Reads what identifies a device and finds its profile, or takes the one that is named.</summary>
    public async Task RunAsync(MeterProfile? named, CancellationToken cancellationToken)
    {
        await view.GetAsync([StandardMib.SysDescr, StandardMib.SysObjectId, StandardMib.SysUpTime, StandardMib.SysName, StandardMib.SysLocation], cancellationToken);
        foreach (var column in Columns)
        {
            await view.WalkAsync(column, MaxRows, cancellationToken);
        }

        await view.WalkAsync(StandardMib.PrinterMib, 1, cancellationToken);
        await MatchAsync(named, cancellationToken);
        FindDevice();
    }

    /// <summary>Reads the maker's own identity objects and gives all that is known. Needs a finished survey.</summary>
    public async Task<DeviceIdentity> IdentifyAsync(CancellationToken cancellationToken)
    {
        var own = Profile?.Identity ?? new ProfileIdentity();
        await view.GetAsync([.. own.Serial, .. own.Model, .. own.Firmware, .. own.HostName], cancellationToken);
        await view.WalkAsync(StandardMib.IfPhysAddress, MaxRows, cancellationToken);
        await view.WalkAsync(StandardMib.IfOperStatus, MaxRows, cancellationToken);
        var sysDescr = DeviceText.Read(view[StandardMib.SysDescr]);
        var deviceDescr = DeviceText.Read(view[StandardMib.HrDeviceDescr.Append(Device)]);
        var sysObjectId = (view[StandardMib.SysObjectId] as SnmpValue.ObjectIdentifier)?.Value;
        var serial = DeviceText.Read(view[StandardMib.SerialNumber.Append(Device)]) ?? First(own.Serial);
        if (serial is null && view.Rows(StandardMib.SerialNumber) is [var only, ..])
        {
            serial = DeviceText.Read(only.Value);
        }

        var maker = Makers.Find(deviceDescr) ?? Makers.Find(sysDescr) ?? Profile?.Maker ?? Makers.Find(sysObjectId);
        var model = deviceDescr ?? First(own.Model) ?? DeviceText.Read(view[StandardMib.PrinterName.Append(Device)]) ?? await ParallelPortModelAsync(cancellationToken) ?? FromDescription(sysDescr);
        return new DeviceIdentity(
            maker, Makers.WithoutBrand(model, maker), serial ?? SerialIn(sysDescr), First(own.HostName) ?? DeviceText.Read(view[StandardMib.SysName]), MacAddress(),
            sysObjectId?.ToString(), sysDescr, DeviceText.Read(view[StandardMib.SysLocation]),
            First(own.Firmware) ?? (sysDescr is not null && FirmwareText().Match(sysDescr) is { Success: true } version ? version.Groups[1].Value : null));
    }

    /// <summary>The model in an IEEE 1284 device id, of whatever maker's object has one.</summary>
    private async Task<string?> ParallelPortModelAsync(CancellationToken cancellationToken)
    {
        if (!IsPrinter)
        {
            return null;
        }

        await view.GetAsync(DeviceIds, cancellationToken);
        return First(DeviceIds) is { } id && ModelField().Match(id) is { Success: true } model ? model.Groups[1].Value.Trim() : null;
    }

    private async Task MatchAsync(MeterProfile? named, CancellationToken cancellationToken)
    {
        var sysObjectId = (view[StandardMib.SysObjectId] as SnmpValue.ObjectIdentifier)?.Value ?? default;
        var sysDescr = DeviceText.Read(view[StandardMib.SysDescr]) ?? "";
        var devices = view.Rows(StandardMib.HrDeviceType).ToArray();
        var printerDevice = devices.Any(d => d.Value is SnmpValue.ObjectIdentifier type && type.Value == StandardMib.PrinterType) && !Makers.IsHost(sysObjectId);
        var printerMib = view.Rows(StandardMib.PrinterMib).Length > 0;
        var byNumber = library.Profiles.FirstOrDefault(p => p.Match.SysObjectId.Any(sysObjectId.StartsWith));
        if (byNumber is null)
        {
            await view.GetAsync(library.Profiles.SelectMany(p => p.Match.Answers), cancellationToken);
        }

        var byAnswer = library.Profiles.FirstOrDefault(p => p.Match.Answers.Any(a => view[a] is not null));
        var byDescription = library.Profiles.FirstOrDefault(p => p.Match.Descr.Any(d => sysDescr.StartsWith(d, StringComparison.OrdinalIgnoreCase)));

        // A name alone proves a printer only where the device does not list its parts, or lists a printer among them.
        var nameProves = devices.Length == 0 && (byNumber?.Match.SharedSysObjectId == false || (byNumber is null && byDescription is not null) || Makers.IsLabelPrinter(sysObjectId));
        IsPrinter = printerDevice || printerMib || byAnswer is not null || nameProves;
        Profile = IsPrinter ? named ?? byNumber ?? byAnswer ?? byDescription ?? library.Standard : null;
    }

    private void FindDevice()
    {
        var typed = view.Rows(StandardMib.HrDeviceType).ToArray()
            .FirstOrDefault(d => d.Value is SnmpValue.ObjectIdentifier type && type.Value == StandardMib.PrinterType);
        Device = view.Rows(StandardMib.HrPrinterStatus) is [var status, ..] ? status.Oid.Last
            : typed is not null ? typed.Oid.Last
            : view.Rows(StandardMib.SerialNumber) is [var serial, ..] ? serial.Oid.Last
            : 1;
    }

    private string? MacAddress()
    {
        string? first = null;
        foreach (var row in view.Rows(StandardMib.IfPhysAddress))
        {
            if (DeviceText.HardwareAddress(row.Value) is { } address)
            {
                first ??= address;
                if (view[StandardMib.IfOperStatus.Append(row.Oid.Last)]?.AsInteger == 1)
                {
                    return address;
                }
            }
        }

        return first;
    }

    private string? First(IEnumerable<ObjectIdentifier> oids) => oids.Select(o => DeviceText.Read(view[o])).FirstOrDefault(t => t is not null);

    private static string? FromDescription(string? sysDescr)
    {
        if (sysDescr is null)
        {
            return null;
        }

        if (ProductId().Match(sysDescr) is { Success: true } product)
        {
            return product.Groups[1].Value.Trim();
        }

        // "BRAND MODEL 1.05 / BRAND Network Printer C model / ..." and "Model; System 1.2.3" and "Model version X".
        var text = sysDescr.Split(" / ")[0].Split(';')[0].Split(',')[0];
        return VersionTail().Replace(text, "").Trim() is { Length: > 0 } model ? model : null;
    }

    private static string? SerialIn(string? sysDescr) =>
        sysDescr is not null && SerialText().Match(sysDescr) is { Success: true } found ? found.Groups[1].Value : null;

    [GeneratedRegex(@"(?:^|;)\s*(?:MDL|MODEL):([^;]{1,100})", RegexOptions.CultureInvariant)]
    private static partial Regex ModelField();

    [GeneratedRegex(@"\bFirmware Ver\.\s*([A-Za-z0-9.]{1,20})", RegexOptions.CultureInvariant)]
    private static partial Regex FirmwareText();

    [GeneratedRegex(@"\bPID:([^,;]{1,100})", RegexOptions.CultureInvariant)]
    private static partial Regex ProductId();

    [GeneratedRegex(@"\s+(version\b.*|v?\d+(\.\d+)+.*|/[A-Z])$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex VersionTail();

    [GeneratedRegex(@"\b(?:SN:|S/N[ :]\s*)([A-Za-z0-9-]{4,40})", RegexOptions.CultureInvariant)]
    private static partial Regex SerialText();
}
