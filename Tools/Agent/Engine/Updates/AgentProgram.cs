using System.Runtime.InteropServices;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>What a program that can be updated knows of itself: its version and platform, the publisher's keys, and whether it runs on trial.</summary>
public sealed record AgentProgram(ReleaseVersion Version, string Platform, string FileName, ReleaseKeys Keys)
{
    /// <summary>Names the version that is on trial to the process that is to show that it works.</summary>
    public const string TrialVariable = "COPYTRACK_AGENT_TRIAL";

    /// <summary>True in the process that has to show that it works.</summary>
    public bool OnTrial { get; init; }

    /// <summary>This program as it was built.</summary>
    public static AgentProgram BuiltIn() => new(
        ReleaseVersion.Of(typeof(AgentProgram).Assembly.GetName().Version!), RuntimeInformation.RuntimeIdentifier, OperatingSystem.IsWindows() ? "copytrack-agent.exe" : "copytrack-agent", ReleaseKeys.BuiltIn())
    {
        OnTrial = Environment.GetEnvironmentVariable(TrialVariable) is not null,
    };
}
