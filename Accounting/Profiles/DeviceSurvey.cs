using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>First look at a device: which of its host resources is the printer, which profile fits, who it says it is.</summary>
internal sealed class DeviceSurvey(MibView view, ProfileLibrary library)
{
    // What follows each of these is the object itself, or shows that it is missing.
    private static readonly ObjectIdentifier[] Once =
    [
        .. new[] { StandardMib.SysDescr, StandardMib.SysObjectId, StandardMib.SysUpTime, StandardMib.SysName, StandardMib.SysLocation }.Select(o => new ObjectIdentifier(o.Arcs[..^1])),
        StandardMib.HrPrinterStatus, StandardMib.HrPrinterErrors, StandardMib.PrinterName, StandardMib.SerialNumber, StandardMib.CharacterSet, StandardMib.PrinterMib,
    ];

    private static readonly SweepColumn[] Columns =
    [
        new(StandardMib.HrDeviceType, 3, 10) { MaxRows = 256 }, new(StandardMib.HrDeviceDescr, 3, 24) { MaxRows = 256 }, new(StandardMib.HrDeviceStatus, 3, 1) { MaxRows = 256 },
        new(StandardMib.IfPhysAddress, 3, 6) { MaxRows = 256 }, new(StandardMib.IfOperStatus, 3, 1) { MaxRows = 256 },
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

    /// <summary>True when the device has anything of the Printer-MIB.</summary>
    public bool HasPrinterMib { get; private set; }

    /// <summary>The maker's objects that identify the device, to be read before <see cref="Identify"/>.</summary>
    public IEnumerable<ObjectIdentifier> IdentityObjects =>
        Profile is null ? []
            : [.. Own.Serial, .. Own.Model, .. Own.Firmware, .. Own.HostName, .. view[StandardMib.HrDeviceDescr.Append(Device)] is null || Own.DeviceId ? DeviceIds : []];

    private ProfileIdentity Own => Profile?.Identity ?? new ProfileIdentity();

    /// <summary>Reads what identifies a device and finds its profile, or takes the one that is named.</summary>
    public async Task RunAsync(MeterProfile? named, CancellationToken cancellationToken)
    {
        await view.SweepAsync(Once, Columns, cancellationToken);
        await MatchAsync(named, cancellationToken);
        FindDevice();
    }

    /// <summary>All that is known of who it is. Needs a finished survey and <see cref="IdentityObjects"/>.</summary>
    public DeviceIdentity Identify()
    {
        var sysDescr = DeviceText.Read(view[StandardMib.SysDescr]);
        var deviceDescr = DeviceText.Read(view[StandardMib.HrDeviceDescr.Append(Device)]);
        var sysObjectId = (view[StandardMib.SysObjectId] as SnmpValue.ObjectIdentifier)?.Value;
        var serial = DeviceText.Read(view[StandardMib.SerialNumber.Append(Device)]) ?? First(Own.Serial);
        if (serial is null && view.Rows(StandardMib.SerialNumber) is [var only, ..])
        {
            serial = DeviceText.Read(only.Value);
        }

        var maker = Makers.Find(deviceDescr) ?? Makers.Find(sysDescr) ?? Profile?.Maker ?? Makers.Find(sysObjectId);
        var model = deviceDescr ?? First(Own.Model) ?? DeviceText.Read(view[StandardMib.PrinterName.Append(Device)]) ?? InDeviceId(DeviceIds) ?? DescriptionText.Model(sysDescr);
        return new DeviceIdentity(
            maker, Makers.WithoutBrand(model, maker), serial ?? DescriptionText.Serial(sysDescr), First(Own.HostName) ?? DeviceText.Read(view[StandardMib.SysName]), MacAddress(),
            sysObjectId?.ToString(), sysDescr, DeviceText.Read(view[StandardMib.SysLocation]), First(Own.Firmware) ?? DescriptionText.Firmware(sysDescr));
    }

    /// <summary>The IEEE 1284 device id, of whatever maker's object has one; null when none was read.</summary>
    public string? DeviceId => First(DeviceIds);

    private string? InDeviceId(IEnumerable<ObjectIdentifier> objects) => First(objects) is { } id ? DescriptionText.DeviceIdModel(id) : null;

    private async Task MatchAsync(MeterProfile? named, CancellationToken cancellationToken)
    {
        var sysObjectId = (view[StandardMib.SysObjectId] as SnmpValue.ObjectIdentifier)?.Value ?? default;
        var sysDescr = DeviceText.Read(view[StandardMib.SysDescr]) ?? "";
        var devices = view.Rows(StandardMib.HrDeviceType).ToArray();
        var printerDevice = devices.Any(d => d.Value is SnmpValue.ObjectIdentifier type && type.Value == StandardMib.PrinterType) && !Makers.IsHost(sysObjectId);
        HasPrinterMib = view.Rows(StandardMib.PrinterMib).Length > 0;
        var byNumber = library.Profiles.FirstOrDefault(p => p.Match.SysObjectId.Any(sysObjectId.StartsWith));
        if (byNumber is null)
        {
            await view.GetAsync(library.Profiles.SelectMany(p => p.Match.Answers), cancellationToken);
        }

        var byAnswer = library.Profiles.FirstOrDefault(p => p.Match.Answers.Any(a => view[a] is not null));
        var byDescription = library.Profiles.FirstOrDefault(p => p.Match.Descr.Any(d => sysDescr.StartsWith(d, StringComparison.OrdinalIgnoreCase)));

        // A name alone proves a printer only where the device does not list its parts, or lists a printer among them.
        var nameProves = devices.Length == 0 && (byNumber?.Match.SharedSysObjectId == false || (byNumber is null && byDescription is not null) || Makers.IsLabelPrinter(sysObjectId));
        IsPrinter = printerDevice || HasPrinterMib || byAnswer is not null || nameProves;
        Profile = IsPrinter ? named ?? byNumber ?? byAnswer ?? byDescription ?? library.Standard : null;
    }

    private void FindDevice()
    {
        var typed = view.Rows(StandardMib.HrDeviceType).ToArray()
            .FirstOrDefault(d => d.Value is SnmpValue.ObjectIdentifier type && type.Value == StandardMib.PrinterType);
        Device = view.Rows(StandardMib.HrPrinterStatus) is [var status, ..] ? status.Oid.Last
            : typed is not null ? typed.Oid.Last
            : view.Rows(StandardMib.HrPrinterErrors) is [var errors, ..] ? errors.Oid.Last
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
}
