using NUnit.Framework;

// Fixtures that are [Parallelizable] wait most of the time: four of them side by side keep two cores busy. The others run alone afterwards.
[assembly: LevelOfParallelism(4)]
