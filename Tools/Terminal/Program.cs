using System.Runtime.Versioning;
using CopyTrack.Terminal.Hosting;

[assembly: SupportedOSPlatform("linux")]

return await CommandLine.RunAsync(args);
