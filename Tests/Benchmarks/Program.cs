using CopyTrack.Benchmarks.Directories;
using CopyTrack.Benchmarks.Kerberos;
using CopyTrack.Benchmarks.Meters;
using CopyTrack.Benchmarks.Micro;
using CopyTrack.Benchmarks.Storage;

return args switch
{
    ["storage", ..] => await StorageBench.RunAsync(args[1..]),
    ["web", ..] => await WebFill.RunAsync(args[1..]),
    ["fleet-lists", ..] => await FleetFill.RunAsync(args[1..]),
    ["meters", ..] => await MetersBench.RunAsync(args[1..]),
    ["meters-v3", ..] => await MetersV3Bench.RunAsync(args[1..]),
    ["cards", ..] => await CardBench.RunAsync(),
    ["replicate", ..] => await ReplicateBench.RunAsync(args[1..]),
    ["people", ..] => await PeopleBench.RunAsync(args[1..]),
    ["micro", ..] => MicroBenches.Run(args[1..]),
    _ => 2,
};
