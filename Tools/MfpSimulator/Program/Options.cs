using System.Globalization;
using System.Net;
using CopyTrack.MfpSimulator.Device;

namespace CopyTrack.MfpSimulator.Program;

/// <summary>The program's command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        mfp-simulator: simulated copiers that answer SNMP

          --model NAME     a built-in model (default kyocera); several: NAME,NAME,... in turn
          --walk FILE      a recorded walk (.snmprec) in place of a model; may be given several times
          --count N        number of devices (default 1, or one for each model or walk)
          --address IP     loopback address of the first device (default 127.0.0.1)
          --port N         UDP port; 0 = a free one each (default). With several devices and a fixed port each has the next address
          --same-address   with several devices and a fixed port: the next port each, at one address
          --community TEXT who may read (default public)
          --serial TEXT    serial number; with several devices a number is added
          --seed N         seed of the randomness (default 1)
          --lag TIME-TIME  how late counters rise (default 0.3s-2.5s), or none
          --locked         panels are locked at the start
          --truth FILE     writes what truly happened as JSON lines
          --script FILE    commands to run at the start
          --control N      takes commands on this TCP port of 127.0.0.1; 0 = a free one
          --until-eof      ends when the standard input ends
          --list           lists the models

        Commands come from the script, the control port and the standard input, one a line:
          [at TIME] [device all|N|N-M] VERB [word...] [name=value...]
          copy | bypass-copy | print | scan | fax | fax-send  pages= copies= color=mono|color|single|two size= duplex=yes user=
          panel N unlock copy,copyColor,scan,fax,print | panel N lock | panel N open
          jam, clear, paper-out, paper-in, supplies, sleep, cancel JOB
          power-cycle seconds=  board-swap value= serial= seconds=  near-wrap pages= all=yes  set oid= tag= value=
          lag TIME-TIME end=yes together=yes, traffic every=TIME kinds=print,copy users=a,b | traffic off
          loss SHARE, duplicates SHARE, delay TIME, jitter TIME, late SHARE by=TIME, reply-size BYTES, v1-only yes, walk-fault sameName, silent yes, network ok
          status, counters all=yes, read OID, truth user= function=, jobs last=, settle, quit
        """;

    public IReadOnlyList<string> Models { get; init; } = [];
    public IReadOnlyList<string> Walks { get; init; } = [];
    public int Count { get; init; }
    public IPAddress Address { get; init; } = IPAddress.Loopback;
    public int Port { get; init; }
    public bool SameAddress { get; init; }
    public string Community { get; init; } = "public";
    public string? Serial { get; init; }
    public int Seed { get; init; } = 1;
    public CounterLag Lag { get; init; } = new();
    public bool Locked { get; init; }
    public string? Truth { get; init; }
    public string? Script { get; init; }
    public int? Control { get; init; }
    public bool UntilEof { get; init; }
    public bool List { get; init; }

    /// <summary>Reads the arguments. Throws <see cref="FormatException"/> that names the bad one.</summary>
    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            string Value() => rest.TryDequeue(out var value) ? value : throw new FormatException($"{name} needs a value.");
            int Number(int max) => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : throw new FormatException($"{name} takes a number up to {max}.");
            options = name switch
            {
                "--model" => options with { Models = [.. options.Models, .. Value().Split(',')] },
                "--walk" => options with { Walks = [.. options.Walks, Value()] },
                "--count" => options with { Count = Number(15_000) },
                "--address" => options with { Address = Loopback(Value()) },
                "--port" => options with { Port = Number(65_535) },
                "--same-address" => options with { SameAddress = true },
                "--community" => options with { Community = Value() },
                "--serial" => options with { Serial = Value() },
                "--seed" => options with { Seed = Number(int.MaxValue) },
                "--lag" => options with { Lag = Scripts.Script.Lag(Value()) },
                "--locked" => options with { Locked = true },
                "--truth" => options with { Truth = Value() },
                "--script" => options with { Script = Value() },
                "--control" => options with { Control = Number(65_535) },
                "--until-eof" => options with { UntilEof = true },
                "--list" => options with { List = true },
                _ => throw new FormatException($"{name} is no option."),
            };
        }

        return options;
    }

    private static IPAddress Loopback(string text) => IPAddress.TryParse(text, out var address) && IPAddress.IsLoopback(address) && address.GetAddressBytes().Length == 4
        ? address
        : throw new FormatException("--address takes an address from 127.0.0.0/8.");
}
