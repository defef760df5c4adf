using System.Globalization;

namespace CopyTrack.LoadGenerator;

/// <summary>The program's command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        load-generator: many terminals, or agents, against one server

          inputs     writes users.csv, devices.csv and terminals.csv for the server's imports into --into
                     --people N --devices N --device-address IP --device-port N [--port-step 1]
          enrol      enrols the terminals of --codes (the output of `terminal enrol-code --file`) by EST and keeps keys and certificates in --keys
                     --https N [--parallel 16]
          silent     an address where no device answers; prints `ready PORT`, runs until it is ended
          idle       holds --count connections for --seconds and tells the server's memory per terminal
                     --terminals N --keys DIR --server-pid N
          logins     logins at --rate a second by an open schedule for --seconds, each person stays --stay seconds;
                     the same for --warm seconds before, without figures
          decisions  logins of people without a right here, --in-flight at each of --count terminals, for --seconds
          passwords  as decisions, by user name (k000 to --people) and password
          receipts   receipts of --count devices over --parallel kept-alive HTTPS connections for --seconds, after --warm seconds without figures;
                     --https N --token T of an administrator, who makes the secrets
          agents     --count agents with --devices each, with keys of their own, --rate device records a second for --seconds, each message over a TLS connection of its own;
                     --https N --token T; the first messages of those that speak then before, and --warm seconds without any
          opens      one login at each of --count terminals, --in-flight at a time in all, then logouts;
                     --spare further terminals log in before, to warm the server

        All loads take --host (127.0.0.1), --terminals PORT, --keys DIR, --count N; with --https PORT the server's own figures are read from /metrics,
        with --server-pid its CPU time and memory, with --database-pid the CPU time of PostgreSQL. Each prints one JSON line of figures.
        """;

    public string Host { get; init; } = "127.0.0.1";
    public int Terminals { get; init; } = 7443;
    public int? Https { get; init; }
    public string Keys { get; init; } = "keys";
    public string Codes { get; init; } = "codes.jsonl";
    public string Into { get; init; } = ".";
    public int Count { get; init; } = 100;
    public int Parallel { get; init; } = 16;
    public int? ServerPid { get; init; }
    public int? DatabasePid { get; init; }
    public double Rate { get; init; } = 50;
    public double Seconds { get; init; } = 30;
    public double Stay { get; init; } = 5;
    public double Warm { get; init; }
    public int Spare { get; init; }
    public int InFlight { get; init; } = 1;
    public int People { get; init; } = 20_000;
    public int Devices { get; init; } = 1_000;
    public string DeviceAddress { get; init; } = "127.0.0.1";
    public int DevicePort { get; init; } = 161;
    public int PortStep { get; init; }
    public string? Token { get; init; }

    /// <summary>Reads the arguments. Throws <see cref="FormatException"/> that names the bad one.</summary>
    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            string Value() => rest.TryDequeue(out var value) ? value : throw new FormatException($"{name} needs a value.");
            int Number(int max = 1_000_000) => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : throw new FormatException($"{name} takes a number up to {max}.");
            double Real() => double.TryParse(Value(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{name} takes a number.");
            options = name switch
            {
                "--host" => options with { Host = Value() },
                "--terminals" => options with { Terminals = Number(65_535) },
                "--https" => options with { Https = Number(65_535) },
                "--keys" => options with { Keys = Value() },
                "--codes" => options with { Codes = Value() },
                "--into" => options with { Into = Value() },
                "--count" => options with { Count = Number() },
                "--parallel" => options with { Parallel = Math.Max(1, Number(1_000)) },
                "--server-pid" => options with { ServerPid = Number(int.MaxValue) },
                "--database-pid" => options with { DatabasePid = Number(int.MaxValue) },
                "--rate" => options with { Rate = Real() },
                "--seconds" => options with { Seconds = Real() },
                "--warm" => options with { Warm = Real() },
                "--stay" => options with { Stay = Real() },
                "--spare" => options with { Spare = Number() },
                "--in-flight" => options with { InFlight = Math.Max(1, Number(100_000)) },
                "--people" => options with { People = Number() },
                "--devices" => options with { Devices = Number() },
                "--device-address" => options with { DeviceAddress = Value() },
                "--device-port" => options with { DevicePort = Number(65_535) },
                "--token" => options with { Token = Value() },
                "--port-step" => options with { PortStep = Number(1) },
                _ => throw new FormatException($"{name} is no option."),
            };
        }

        return options;
    }
}
