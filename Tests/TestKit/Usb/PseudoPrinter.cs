using System.Diagnostics;

namespace CopyTrack.TestKit.Usb;

/// <summary>A printer at a pseudo-terminal that speaks PJL (Python). What it is to say may change while it runs.</summary>
public sealed class PseudoPrinter : IDisposable
{
    private const string Script = """
        import os, pty, re, sys, threading, tty
        master, slave = pty.openpty()
        tty.setraw(slave); tty.setraw(master)
        state = {'pages': '100', 'mute': False}
        print(os.ttyname(slave), flush=True)
        def control():
            for line in sys.stdin:
                name, value = line.strip().split('=')
                state[name] = value if name == 'pages' else value == 'yes'
                print('ok', flush=True)
        threading.Thread(target=control, daemon=True).start()
        asked = b''
        while True:
            asked += os.read(master, 4096)
            if asked.endswith(b'\x1b%-12345X') and asked.count(b'\x1b%-12345X') >= 2:
                token = re.search(rb'@PJL ECHO (\S+)', asked).group(1)
                bad = [l for l in asked.replace(b'\x1b%-12345X', b'').split(b'\r\n') if l and not re.match(rb'@PJL$|@PJL (USTATUSOFF|ECHO \S+|INFO (ID|STATUS|PAGECOUNT))$', l)]
                asked = b''
                if state['mute'] or bad:
                    continue
                # What an earlier conversation left, then the answer in two pieces.
                answer = b'@PJL INFO PAGECOUNT\r\n1\r\n\x0c' + b'@PJL ECHO ' + token + b'\r\n\x0c@PJL INFO ID\r\n"Pseudo Laser"\r\n\x0c@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY="READY"\r\nONLINE=TRUE\r\n\x0c@PJL INFO PAGECOUNT\r\nPAGECOUNT=' + state['pages'].encode() + b'\r\n\x0c'
                os.write(master, answer[:50]); os.write(master, answer[50:])
        """;

    private readonly Process _process;

    public PseudoPrinter()
    {
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Path = _process.StandardOutput.ReadLine()!;
    }

    /// <summary>The device file.</summary>
    public string Path { get; }

    /// <summary>Sets <c>pages</c> to a number or <c>mute</c> to yes or no.</summary>
    public async Task SetAsync(string name, string value)
    {
        await _process.StandardInput.WriteLineAsync($"{name}={value}");
        await _process.StandardInput.FlushAsync();
        await _process.StandardOutput.ReadLineAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
