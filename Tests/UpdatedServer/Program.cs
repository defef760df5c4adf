using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Hosting;

// updated-server VERB ...: the server's program, whose publisher is the one whose public key stands in the file that the environment names.
var publisher = File.ReadAllText(Environment.GetEnvironmentVariable("COPYTRACK_TEST_PUBLISHER")!);
return await CommandLine.RunAsync(args, Console.Out, Console.Error, () => ReleaseKeys.FromPem(publisher), CancellationToken.None);
