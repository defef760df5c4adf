using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Usb;

namespace CopyTrack.Agent.Local;

/// <summary>
/// A USB printer at a device file of the kernel's usblp. One at a time may have it open, so that a print job and a question never meet: while the printer prints from this machine it is
/// busy and is asked later.
/// </summary>
internal sealed class PjlPort(string path, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private Task? _stuck;

    /// <summary>Device files of this machine whose device id names PJL.</summary>
    public static IReadOnlyList<string> Found() => !Directory.Exists("/dev/usb") ? []
        : [.. Directory.EnumerateFiles("/dev/usb", "lp*").Where(p => DeviceId(p).SpeaksPjl).Order(StringComparer.Ordinal).Take(16)];

    /// <summary>Asks the printer; the record, or why there is none.</summary>
    public async Task<(FleetRecord? Record, string? Silence)> ReadAsync(CancellationToken cancellationToken)
    {
        if (_stuck is { IsCompleted: false })
        {
            return (null, "the printer has not answered an earlier question: switch it off and on");
        }

        var id = DeviceId(path);
        var token = "CT" + RandomNumberGenerator.GetHexString(16, lowercase: false);
        var sentAt = time.GetUtcNow();
        // A read of such a file can't be cancelled: it gets a thread of its own, which ends when the printer says something or goes.
        var talk = Task.Factory.StartNew(() => Talk(token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var answer = await talk.WaitAsync(Patience, time, cancellationToken);
            return PjlTalk.Read(answer, token) is { } answers ? (UsbReport.FromPjl(Key(id), id, answers, sentAt, time.GetUtcNow()), null) : (null, "the printer does not answer in PJL");
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

    /// <summary>A name of the printer that stays: by its serial number where it has one, else by the file.</summary>
    internal string Key(UsbDeviceId id) => "u-" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id.Serial ?? path)))[..24];

    private static UsbDeviceId DeviceId(string path)
    {
        // The kernel shows what its driver read from the printer.
        var file = $"/sys/class/usbmisc/{Path.GetFileName(path)}/device/ieee1284_id";
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
