using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Alerts;

/// <summary>Days of a fleet made from seeds: devices fill and empty, alarms come, quiet hours pass, nodes look, die in the middle and come back. COPYTRACK_ALERT_SEED repeats one.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock and one set of rules.
internal sealed class AlertPropertyTests(Db db) : AlertFixture(db)
{
    private static readonly int[] s_seeds = int.TryParse(Environment.GetEnvironmentVariable("COPYTRACK_ALERT_SEED"), out var one) ? [one] : [1, 2, 3, 4, 5, 6];

    [Test]
    public async Task No_alert_is_lost_and_none_is_told_twice([ValueSource(nameof(s_seeds))] int seed)
    {
        var random = new Random(seed);
        var devices = new[] { await DeviceAsync(), await DeviceAsync(), await DeviceAsync("globex hq") };
        await RuleAsync(new AlertRuleInput { Name = "toner", Kind = "supplyLow", Percent = 20, QuietFrom = "22:00", QuietTo = "06:00" });
        await RuleAsync(new AlertRuleInput { Name = "bypass", Kind = "panelBypass", QuietFrom = "22:00", QuietTo = "06:00", AfterMinutes = 0 });
        var (low, alarms, episodes) = (new bool[devices.Length], new int[devices.Length], 0);
        for (var step = 0; step < 40; step++)
        {
            Clock.Now += TimeSpan.FromMinutes(random.Next(10, 200));
            var d = random.Next(devices.Length);
            switch (random.Next(4))
            {
                case 0:
                    await SaysAsync(devices[d], toner: random.Next(0, 20));
                    low[d] = true;
                    break;
                case 1:
                    await SaysAsync(devices[d], toner: random.Next(40, 100));
                    low[d] = false;
                    break;
                case 2:
                    await AlarmAsync(devices[d], "panelBypass", 1);
                    alarms[d]++;
                    break;
                default:
                    await DieAsync(random);
                    break;
            }

            var before = await OpenAsync();
            await Task.WhenAll(Enumerable.Range(0, random.Next(1, 3)).Select(n => Node($"n{n}", page: random.Next(1, 4))).ToList().Select(n => Task.Run(n.LookAsync)));
            var open = await OpenAsync();
            episodes += open.Except(before).Count();
            Assert.That(open, Is.EquivalentTo(devices.Where((_, i) => low[i]).Select(x => x.Id)), $"seed {seed}, step {step}: alerts are those devices that are low");
            await CheckAsync($"seed {seed}, step {step}");
        }

        Assert.That((await AllAsync()).Count(a => a.Kind == (int)AlertKind.SupplyLow), Is.EqualTo(episodes), $"seed {seed}: one alert for each time that it became low");
        Assert.That((await AllAsync()).Where(a => a.Kind == (int)AlertKind.PanelBypass).Sum(a => a.Events), Is.EqualTo(alarms.Sum()), $"seed {seed}: each alarm counts once");
        Clock.Now = new DateTimeOffset(Clock.Now.Date.AddDays(1).AddHours(12), TimeSpan.Zero);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Where(a => a.State == (int)AlertRowState.Open && a.Told != 1), Is.Empty, $"seed {seed}: by noon everybody knows of what goes on");
        Assert.That((await AllAsync()).Where(a => a.State == (int)AlertRowState.OwesEnd), Is.Empty);
        await CheckAsync($"seed {seed}, end");
    }

    private async Task CheckAsync(string what)
    {
        var tellings = (await Database.ReadAsync((c, _) => c.QueryAsync<(long Alert, int What)>("select alert_id, what from alert_telling"), default)).ToLookup(t => t.Alert, t => t.What);
        foreach (var alert in await AllAsync())
        {
            var told = tellings[alert.Id].ToList();
            Assert.That(told.Count(t => t == (int)AlertTelling.Raised), Is.EqualTo(alert.Told), $"{what}: the beginning");
            Assert.That(told.Count(t => t == (int)AlertTelling.Resolved), Is.LessThanOrEqualTo(Math.Min(1, alert.Told)), $"{what}: the end");
            Assert.That(alert is { State: (int)AlertRowState.Over, Told: > 0 } && !told.Contains((int)AlertTelling.Resolved), Is.False, $"{what}: who was told of the beginning learns of the end");
            Assert.That(alert.State == (int)AlertRowState.Open && alert.Told == 0 && Clock.Now.Hour is >= 6 and < 22, Is.False, $"{what}: {alert.Subject} is open, it is not quiet, and nobody knows");
        }

        Assert.That(await Database.CountAsync("select count(*) from alert_mail m where not exists (select 1 from alert_telling t where t.mail_id = m.id)"), Is.Zero, $"{what}: a mail without a word");
    }

    /// <summary>A node that claims, and ends before it has kept anything.</summary>
    private async Task DieAsync(Random random)
    {
        await Node("dead").Sweep.ClaimAsync(default);
        if (random.Next(2) == 0)
        {
            Assert.That(await Node("early").LookAsync(), Is.Zero, "its claim holds for a while");
        }

        await Database.WriteAsync((c, _) => c.ExecuteAsync("update alert_sweep set claim_until = 1"), default);
    }

    private async Task<List<long>> OpenAsync() => [.. (await AllAsync()).Where(a => a is { State: (int)AlertRowState.Open, Kind: (int)AlertKind.SupplyLow }).Select(a => a.DeviceId!.Value)];
}
