using NUnit.Framework;

// Fixtures that are [Parallelizable] wait most of the time: four of them side by side leave room for the other lanes of Tools/test.sh. Category "Alone" runs when those have ended.
[assembly: LevelOfParallelism(4)]
