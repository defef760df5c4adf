using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.People;

/// <summary>A part of a name finds the same people in memory as a look at every person, also when they have just changed.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class PersonSearchTests(Db db) : DatabaseFixture(db)
{
    private static readonly string[] s_first = ["Anna", "Ärmel", "Zoë", "Ina", "Max", "李", "𝒜da"], s_last = ["Müller", "MÜLLER-Lüdenscheidt", "O'Neill", "100%", "a_b", "Sørensen"];

    private readonly Clock _time = new();
    private PersonSearches _searches = null!;
    private PersonRepository _people = null!;

    [OneTimeSetUp]
    public async Task AddAsync()
    {
        (_people, _searches) = (new PersonRepository(Database), new PersonSearches(Database, new PersonRepository(Database), _time));
        for (int i = 0; i < 600; i++)
        {
            string shown = $"{s_first[i % s_first.Length]} {s_last[i % s_last.Length]}";
            await PutAsync(i + 1, $"user{i:000}", shown, i % 5 == 0 ? null : $"{i}@Box.test", i % 2 == 0 ? "Even" : "Odd", i % 7 != 0, TestRows.Now - TimeSpan.FromDays(30));
        }
    }

    [OneTimeTearDown]
    public void Let_go() => _searches.Dispose();

    [TestCase("user01")]
    [TestCase("ER0")]
    [TestCase("müller")]
    [TestCase("mÜL")]
    [TestCase("100%")]
    [TestCase("a_b")]
    [TestCase("李")]
    [TestCase("𝒜")]
    [TestCase("7@box")]
    [TestCase("nobody")]
    [TestCase("anna\nb")]
    [TestCase("  ina  ")]
    public async Task Part_of_a_name_finds_whom_a_look_at_everybody_finds(string part)
    {
        string folded = NameFolding.Fold(part);
        IReadOnlyList<PersonState> all = await _people.ListAsync(1, "", 2000, default);
        string[] wanted = [.. all.Where(p => p.Row.MergedInto is null && new[] { p.Row.UserFolded, p.Row.DisplayName, p.Row.Email }.Any(n => n is not null && NameFolding.Fold(n).Contains(folded, StringComparison.Ordinal))).Select(p => p.Row.UserFolded)];
        List<string> found = [];
        IReadOnlyList<PersonState> page;
        do
        {
            page = await _searches.FindAsync(1, new PersonSearch(part), found.LastOrDefault() ?? "", 30, default);
            found.AddRange(page.Select(p => p.Row.UserFolded));
        }
        while (page.Count == 30);
        Assert.That(found, Is.EqualTo(wanted));
    }

    [Test]
    public async Task States_and_departments_are_found_by_their_indexes()
    {
        IReadOnlyList<PersonState> blocked = await _searches.FindAsync(1, new PersonSearch(State: PersonSearch.Blocked), "", 1000, default);
        Assert.That((blocked.Count, blocked.All(p => !p.Row.Enabled)), Is.EqualTo((86, true)));
        IReadOnlyList<PersonState> even = await _searches.FindAsync(1, new PersonSearch("müller", "Even"), "user100", 10, default);
        Assert.That((even.Count, even.All(p => p.Row.Department == "Even" && string.CompareOrdinal(p.Row.UserFolded, "user100") > 0)), Is.EqualTo((10, true)));
        Assert.That(await _searches.FindAsync(1, new PersonSearch("user0", State: PersonSearch.Blocked, Department: "Odd"), "", 1000, default), Has.Count.EqualTo(7));
        Assert.That(await _searches.FindAsync(1, new PersonSearch("user00", State: PersonSearch.NoCard), "", 1000, default), Has.Count.EqualTo(10), "nobody has a card");
    }

    [Test]
    public async Task Whoever_was_added_renamed_or_merged_a_moment_ago_is_found_as_they_are_now()
    {
        Assert.That(await FoundAsync("quentin"), Is.Empty);
        await PutAsync(9001, "newcomer", "Quentin", null, null, true, _time.GetUtcNow());
        await PutAsync(9002, "other", "Quentin too", null, null, true, _time.GetUtcNow() - TimeSpan.FromMinutes(5));
        Assert.That(await FoundAsync("quentin"), Is.EqualTo(new[] { "newcomer", "other" }), "of another node with another clock too");
        await PutAsync(9001, "newcomer", "Somebody", null, null, true, _time.GetUtcNow());
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update person set merged_into = 9001, updated_at = @at where id = 9002", new { at = _time.GetUtcNow() }), default);
        Assert.That(await FoundAsync("quentin"), Is.Empty);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(await FoundAsync("somebody"), Is.EqualTo(new[] { "newcomer" }), "after the memory was let go");
    }

    private async Task<string[]> FoundAsync(string part) => [.. (await _searches.FindAsync(1, new PersonSearch(part), "", 10, default)).Select(p => p.Row.UserFolded)];

    private Task PutAsync(long id, string name, string shown, string? email, string? department, bool enabled, DateTimeOffset at) => _people.PutAsync(new PersonRow
    {
        Id = id, OrgId = 1, UserName = name, UserFolded = NameFolding.Fold(name), DisplayName = shown, Email = email, Department = department, Enabled = enabled, CreatedAt = at, UpdatedAt = at,
    }, default);

    /// <summary>A clock whose one timer rings when it is moved beyond its time.</summary>
    private sealed class Clock : TimeProvider, ITimer
    {
        private DateTimeOffset _now = TestRows.Now;
        private DateTimeOffset _due = DateTimeOffset.MaxValue;
        private TimerCallback _ring = _ => { };

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ring = callback;
            return this;
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            if (_now >= _due)
            {
                _ring(null);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = _now + dueTime;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
