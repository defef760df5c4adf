using CopyTrack.Benchmarks.Storage;

return args is ["storage", ..] ? await StorageBench.RunAsync(args[1..]) : 2;
