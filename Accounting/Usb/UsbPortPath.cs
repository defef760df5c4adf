namespace CopyTrack.Accounting.Usb;

/// <summary>Where on a machine a USB device is plugged in, as Linux tells it.</summary>
public static class UsbPortPath
{
    private const string Bus = "usb";

    /// <summary>
    /// The controller and the ports on the way, as <c>0000:00:14.0 port 2.4</c>, out of the path of a device in the kernel's tree, as <c>/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.4/1-2.4:1.0/usbmisc/lp0</c>.
    /// It stays the same over restarts, which numbers of device files and of buses do not. Null for what is no such path.
    /// </summary>
    public static string? Of(string path)
    {
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var bus = Array.FindIndex(steps, s => s.Length > Bus.Length && s.StartsWith(Bus, StringComparison.Ordinal) && s[Bus.Length..].All(char.IsAsciiDigit));
        if (bus < 1)
        {
            return null;
        }

        // An interface of a device: BUS-PORT[.PORT ...]:CONFIGURATION.INTERFACE; its first number is that of the bus.
        var number = steps[bus][Bus.Length..] + "-";
        var last = steps.LastOrDefault(s => s.StartsWith(number, StringComparison.Ordinal) && s.Contains(':', StringComparison.Ordinal));
        return last?[number.Length..last.IndexOf(':', StringComparison.Ordinal)] is { Length: > 0 and <= 32 } port && port.All(c => char.IsAsciiDigit(c) || c == '.') ? $"{steps[bus - 1]} port {port}" : null;
    }
}
