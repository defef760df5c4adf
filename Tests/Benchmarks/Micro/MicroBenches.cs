using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace CopyTrack.Benchmarks.Micro;

/// <summary>The BenchmarkDotNet suites: <c>micro [--quick] ARTIFACTS</c>.</summary>
internal static class MicroBenches
{
    public static int Run(string[] args)
    {
        var job = args.Contains("--quick") ? Job.Dry : Job.Default.WithWarmupCount(5).WithIterationCount(12);
        // In this process: a project made by the tool would be built under this repository's rules.
        var config = ManualConfig.CreateEmpty()
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(args.LastOrDefault(a => !a.StartsWith('-')) ?? Path.Combine(Path.GetTempPath(), "copytrack-micro"));
        var summaries = BenchmarkRunner.Run([typeof(LineCodecBench), typeof(BerCodecBench), typeof(LedgerBench), typeof(LoginDecisionBench)], config);
        return summaries.All(s => !s.HasCriticalValidationErrors && s.Reports.All(r => r.Success)) ? 0 : 1;
    }
}
