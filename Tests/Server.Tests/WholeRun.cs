using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests;

/// <summary>Ends what all fixtures shared.</summary>
[SetUpFixture]
public sealed class WholeRun
{
    [OneTimeTearDown]
    public Task StopAsync() => Databases.StopAsync();
}
