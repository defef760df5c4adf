using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class PersonRepositoryTests(Db db) : DatabaseFixture(db)
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, 123, 456, TimeSpan.Zero);

    [Test]
    public async Task Person_is_found_whatever_the_case_and_comes_back_as_stored()
    {
        var people = new PersonRepository(Database);
        var person = new PersonRow
        {
            Id = Ids.Next(), OrgId = 1, UserName = "Ärzte", UserFolded = NameFolding.Fold("Ärzte"), DisplayName = "Ä", ProjectRequired = true, Enabled = false,
            CreatedAt = s_now, UpdatedAt = s_now,
        };

        Assert.That(await people.PutAsync(person, default), Is.True);
        Assert.That(await people.FindAsync(1, " äRZTE ", default), Is.EqualTo(person));
        Assert.That(await people.FindAsync(2, "Ärzte", default), Is.Null);

        var changed = person with { Id = Ids.Next(), Enabled = true };
        Assert.That(await people.PutAsync(changed, default), Is.False);
        Assert.That(await people.FindAsync(1, "ärzte", default), Is.EqualTo(changed with { Id = person.Id }));
    }
}
