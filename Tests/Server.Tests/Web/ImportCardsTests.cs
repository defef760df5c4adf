using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Cards from a file: conflicts are shown, and what was shown is taken as a whole or not at all.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ImportCardsTests(Db db) : WebFixture(db)
{
    [OneTimeSetUp]
    public async Task AddPeopleAsync()
    {
        await PutAsync("hanna", "5566778899");
        await PutAsync("ida", null);
        await PutAsync("jan", null);
    }

    [Test]
    public async Task File_of_cards_is_shown_with_its_conflicts_and_taken_together()
    {
        string preview = await UploadAsync("user,card\nida,0A0B0C01\nnobody,0A0B0C02\njan,5566778899\njan,0A0B0C01\nhanna,5566778899\njan,\n,0A0B0C09\njan,0A0B0C03\n");
        Assert.That(preview, Does.Contain("2 cards come, 1 person has theirs already, 5 lines can't be taken.").And.Contain("There is no such user.").And.Contain("The card belongs to someone else.").And.Contain("is no card number").And.Contain("Username is empty."));
        Assert.That(preview, Does.Not.Contain("0A0B0C01").And.Not.Contain("5566778899"), "numbers are not repeated");
        Assert.That(await CountAsync("ida") + await CountAsync("jan"), Is.Zero);

        Shown done = await ConfirmAsync(preview);
        Assert.That((done.Path, done.Text), Is.EqualTo(("/Users", done.Text)));
        Assert.That(done.Text, Does.Contain("2 cards are added."));
        Assert.That((await CountAsync("ida"), await CountAsync("jan"), await CountAsync("hanna")), Is.EqualTo((1L, 1L, 1L)));
        Assert.That((await ConfirmAsync(preview)).Text, Does.Contain("not at hand any more"), "once");
        Assert.That(await UploadAsync("username,card\nida,0A0B0C01\n"), Does.Contain("0 cards come, 1 person has theirs already").And.Not.Contain("name=\"draft\""));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'person.change' and coalesce(after_value, '') like '%0A0B0C%'"), Is.Zero);
    }

    [Test]
    public async Task Whatever_changed_since_the_look_takes_nothing_and_is_shown_anew()
    {
        await PutAsync("karl", null);
        await PutAsync("lena", null);
        string preview = await UploadAsync("user,card\nkarl,11AA22BB\nlena,11AA22CC\n");
        await PutAsync("jan", "11AA22CC", add: true);
        Shown again = await ConfirmAsync(preview);
        Assert.That(again.Text, Does.Contain("nothing was kept. This is what would happen now.").And.Contain("1 card comes").And.Contain("The card belongs to someone else."));
        Assert.That(await CountAsync("karl"), Is.Zero, "not half of it");
        Assert.That((await ConfirmAsync(again.Text)).Text, Does.Contain("1 card is added."));
        Assert.That((await CountAsync("karl"), await CountAsync("lena")), Is.EqualTo((1L, 0L)));
    }

    [Test]
    public async Task Numbers_are_read_by_the_rule_that_is_given_and_bad_files_are_told()
    {
        await PutAsync("mia", null);
        string preview = await UploadAsync("user,card\nmia,0000FF\nmia,zz\n", "hex2dec");
        Assert.That(preview, Does.Contain("1 card comes").And.Contain("1 line can't be taken").And.Contain("The card does not fit the card rule."));
        await ConfirmAsync(preview);
        KeyRing ring = Services.GetRequiredService<IHashKeys>().Current;
        Assert.That(await Services.GetRequiredService<CardRepository>().FindOwnerAsync(1, [ring.Hash(HashKinds.Card, 1, "255")], default), Is.EqualTo(await Database.CountAsync("select id from person where user_folded = 'mia'")));

        Assert.That(await UploadAsync("user,card\nmia,1\n", "nonsense 7"), Does.Contain("The card rule can't be read").And.Not.Contain("name=\"draft\""));
        Assert.That(await UploadAsync("who,card\nmia,1\n"), Does.Contain("Unknown column"));
        Assert.That(await UploadAsync(""), Does.Contain("at most 1 MB"));
        Assert.That(await UploadAsync("user,card\n" + new string('x', ImportCardsSize)), Does.Contain("at most 1 MB"));
        Assert.That(await UploadAsync("user,card\n" + string.Concat(Enumerable.Range(0, CsvImports.MostCards + 1).Select(i => $"mia,{i}\n"))), Does.Contain("more than 10,000 lines").IgnoreCase.Or.Contain("ore than 10000 lines"));
        using Browser manager = await PersonAsync("card boss", "managers");
        Assert.That((await manager.OnceAsync(HttpMethod.Get, "/ImportCards")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Some_thousand_cards_are_one_commit()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("""
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000)
            insert into person (id, org_id, user_name, user_folded, created_at, updated_at) select 770000 + i, 1, 'many' || i, 'many' || i, 0, 0 from n
            """), default);
        StringBuilder csv = new("user,card\n");
        for (int i = 1; i <= 3000; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"many{i},7700{i:00000000}\n");
        }

        string preview = await UploadAsync(csv.ToString());
        Assert.That(preview, Does.Contain("3,000 cards come"));
        Assert.That((await ConfirmAsync(preview)).Text, Does.Contain("3,000 cards are added."));
        Assert.That(await Database.CountAsync("select count(*) from card where person_id between 770001 and 773000"), Is.EqualTo(3000));
    }

    private static int ImportCardsSize => Server.Web.Pages.ImportCardsModel.LongestFile;

    private Task<Shown> ConfirmAsync(string preview) =>
        Known.PostAsync("/ImportCards", new() { ["draft"] = Regex.Match(preview, "name=\"draft\" value=\"([0-9a-f]{32})\"").Groups[1].Value }, "Confirm");

    private Task<long> CountAsync(string name) => Database.CountAsync("select count(*) from card c join person p on p.id = c.person_id where p.user_folded = @name", new { name });

    private Task PutAsync(string name, string? card, bool add = false) => Services.GetRequiredService<PersonUpsert>().ApplyAsync(
        new PersonInput { UserName = name, AddedCard = add ? card : null, Cards = card is null || add ? default : Optional.Of<IReadOnlyList<string>>([card]) }, new UpsertContext(1, "test"), default);

    private async Task<string> UploadAsync(string csv, string? rule = null)
    {
        Shown page = await Known.OnceAsync(HttpMethod.Get, "/ImportCards");
        string token = Regex.Match(page.Text, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        using HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(HttpMethod.Post, "/ImportCards");
        request.Headers.Add("Cookie", string.Join("; ", Known.Cookies.Select(c => $"{c.Key}={c.Value}")));
        using MultipartFormDataContent form = new() { { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(rule ?? ""), "rule" }, { new StringContent(csv), "file", "cards.csv" } };
        request.Content = form;
        using HttpResponseMessage response = await client.SendAsync(request);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
