using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests;

/// <summary>Ends what the fixtures share. It stands in the root namespace, because NUnit runs it around everything below its own.</summary>
[SetUpFixture]
public sealed class AfterAllTests
{
    [OneTimeTearDown]
    public Task StopAsync() => Databases.StopAsync();
}
