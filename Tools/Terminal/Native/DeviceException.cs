using System.Runtime.InteropServices;

namespace CopyTrack.Terminal.Native;

/// <summary>A device is not there, not ours or does not obey; the message is fit for an operator.</summary>
internal sealed class DeviceException(string message) : IOException(message)
{
    /// <summary>The failure of the last native call, with the system's own words.</summary>
    internal static DeviceException Last(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
