using NUnit.Framework;

// Fixtures that are [Parallelizable] wait for silence most of the time.
[assembly: LevelOfParallelism(8)]
