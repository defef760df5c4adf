return await CopyTrack.Server.Hosting.CommandLine.RunAsync(args);
