using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Usb;

namespace CopyTrack.Agent.Local;

/// <summary>
/// A USB printer at a device file of the kernel's usblp. One at a time may have it open, so that a print job and a question never meet: while the printer prints from this machine it is
/// busy and is asked later.
/// </summary>
/// <param name="path">The device file.</param>
/// <param name="tree">Where the kernel shows what its driver knows of such files.</param>
/// <param name="time">The clock.</param>
internal sealed class PjlPort(string path, string tree, TimeProvider time)
{
    /// <summary>Where Linux shows printers on USB.</summary>
    public const string KernelTree = "/sys/class/usbmisc";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private Task? _stuck;

    /// <summary>Device files of this machine whose device id names PJL.</summary>
    public static IReadOnlyList<string> Found(string tree) => !Directory.Exists("/dev/usb") ? []
        : [.. Directory.EnumerateFiles("/dev/usb", "lp*").Where(p => DeviceId(tree, p).SpeaksPjl).Order(StringComparer.Ordinal).Take(16)];

    /// <summary>Asks the printer; the record, or why there is none.</summary>
    public async Task<(FleetRecord? Record, string? Silence)> ReadAsync(CancellationToken cancellationToken)
    {
        if (_stuck is { IsCompleted: false })
        {
            return (null, "the printer has not answered an earlier question: switch it off and on");
        }

        // Looked up each time: whatever is plugged in next may get the same file.
        var (id, port) = (DeviceId(tree, path), Port());
        var token = "CT" + RandomNumberGenerator.GetHexString(16, lowercase: false);
        var sentAt = time.GetUtcNow();
        // A read of such a file can't be cancelled: it gets a thread of its own, which ends when the printer says something or goes.
        var talk = Task.Factory.StartNew(() => Talk(token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var answer = await talk.WaitAsync(Patience, time, cancellationToken);
            return PjlTalk.Read(answer, token) is { } answers ? (UsbReport.FromPjl(Key(id, port), id, port is null ? null : "USB " + port, answers, sentAt, time.GetUtcNow()), null) : (null, "the printer does not answer in PJL");
        }
        catch (TimeoutException)
        {
            _stuck = talk;
            return (null, "the printer does not answer");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e is UnauthorizedAccessException ? "the agent may not open it: put its user into the group lp" : $"the printer is busy or gone: {e.Message}");
        }
    }

    /// <summary>A name of this place with a printer of this model: by the port, or by the file where the port is not known. A serial number is no part of it, because two printers may tell the same one.</summary>
    private string Key(UsbDeviceId id, string? port) => "u-" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{port ?? path}\n{id.Maker}\n{id.Model}")))[..24];

    private string? Port()
    {
        try
        {
            return new FileInfo(Path.Combine(tree, Path.GetFileName(path))).ResolveLinkTarget(returnFinalTarget: true) is { } place ? UsbPortPath.Of(place.FullName) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static UsbDeviceId DeviceId(string tree, string path)
    {
        // The kernel shows what its driver read from the printer.
        var file = Path.Combine(tree, Path.GetFileName(path), "device", "ieee1284_id");
        try
        {
            return UsbDeviceId.Parse(File.Exists(file) ? File.ReadAllText(file) : "");
        }
        catch (IOException)
        {
            return UsbDeviceId.Parse("");
        }
    }

    private byte[] Talk(string token)
    {
        using var port = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        port.Write(PjlTalk.Question(token));
        var answer = new byte[PjlTalk.MostOctets];
        var length = 0;
        while (length < answer.Length && !PjlTalk.IsWhole(answer.AsSpan(0, length), token))
        {
            var read = port.Read(answer, length, answer.Length - length);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return answer[..length];
    }
}
