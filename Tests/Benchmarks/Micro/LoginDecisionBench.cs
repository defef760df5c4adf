using BenchmarkDotNet.Attributes;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;

namespace CopyTrack.Benchmarks.Micro;

/// <summary>What deciding one login costs once the database has answered.</summary>
public class LoginDecisionBench
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly LoginFacts s_granted = new()
    {
        Method = LoginMethod.Card, Offered = true, Terminal = LockoutState.None,
        Person = new LoginPerson { Id = 5, Enabled = true, Rights = new RightsInput { Groups = [DeviceFunctions.Copy, DeviceFunctions.Scan], DeviceColor = true } },
    };
    private static readonly LoginFacts s_withoutRight = s_granted with
    {
        Person = s_granted.Person! with { Rights = new RightsInput { Person = DeviceFunctions.Fax, Device = DeviceFunctions.Copy } },
    };
    private static readonly LoginFacts s_nobody = s_granted with { Person = null };

    [Benchmark(Description = "granted, rights from two groups")]
    public object Granted() => LoginPolicy.Decide(s_granted, s_now);

    [Benchmark(Description = "known, without a right here")]
    public object WithoutRight() => LoginPolicy.Decide(s_withoutRight, s_now);

    [Benchmark(Description = "unknown card")]
    public object Nobody() => LoginPolicy.Decide(s_nobody, s_now);
}
