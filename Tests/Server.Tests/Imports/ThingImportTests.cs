using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Imports;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ThingImportTests(Db db) : ImportFixture(db)
{
    [Test]
    public async Task Devices_are_added_with_their_defaults_changed_and_left_alone()
    {
        const string file = "name,address,community,location,functions,colorCapable\nmfp1,10.0.0.1,hidden-word,2nd floor,copy;scan,true\nmfp2,printer.example.org,,,,\n";
        Assert.That((await ImportAsync("devices", file)).Summary, Is.EqualTo("added 2, changed 0, unchanged 0, bad 0"));
        var first = (await Get<DeviceRepository>().FindAsync(OrgId, "MFP1", default))!;
        Assert.That(first, Has.Property("Port").EqualTo(161).And.Property("SnmpVersion").EqualTo("2c").And.Property("Functions").EqualTo("copy;scan").And.Property("ColorCapable").True);
        Assert.That(Get<ISecretSealer>().Open(first.CommunitySealed!), Is.EqualTo("hidden-word"));
        Assert.That(await Get<DeviceRepository>().FindAsync(OrgId, "mfp2", default), Has.Property("Functions").Null.And.Property("ColorCapable").Null);

        Assert.That((await ImportAsync("devices", file)).Summary, Is.EqualTo("added 0, changed 0, unchanged 2, bad 0"));
        Assert.That((await ImportAsync("devices", "name,port,community\nmfp1,1161,other-word\nmfp2,161,\n")).Summary, Is.EqualTo("added 0, changed 1, unchanged 1, bad 0"));
        var after = (await Get<DeviceRepository>().FindAsync(OrgId, "mfp1", default))!;
        Assert.That((after.Id, after.Port, after.Location, Get<ISecretSealer>().Open(after.CommunitySealed!)), Is.EqualTo((first.Id, 1161L, "2nd floor", "other-word")));
    }

    [Test]
    public async Task New_device_gets_its_state_and_its_turn_to_be_polled()
    {
        await ImportAsync("devices", "name,address\nmfp,10.0.0.1\n");
        var id = (await Get<DeviceRepository>().FindAsync(OrgId, "mfp", default))!.Id;
        Assert.That(await CountAsync("select count(*) from device_state where device_id = @id", id), Is.EqualTo(1));
        Assert.That(await CountAsync("select count(*) from device_poll where device_id = @id and monitored = 1", id), Is.EqualTo(1));
        Assert.That(await Get<DeviceRepository>().DeleteAsync(OrgId, "mfp", "test", default), Is.True);
        Assert.That(await CountAsync("select count(*) from device_poll where device_id = @id and monitored = 1", id), Is.Zero);
        Assert.That(await Get<DeviceRepository>().FindAsync(OrgId, "mfp", default), Is.Null);
        Assert.That((await ImportAsync("devices", "name,location\nmfp,back\n")).Summary, Is.EqualTo("added 1, changed 0, unchanged 0, bad 0"));
        Assert.That((await Get<DeviceRepository>().FindAsync(OrgId, "mfp", default))!.Id, Is.EqualTo(id));
        Assert.That(await CountAsync("select count(*) from device_poll where device_id = @id and monitored = 1", id), Is.EqualTo(1));
    }

    [Test]
    public async Task Running_servers_are_told_once_of_all_devices_that_an_import_changed_and_of_a_deleted_one()
    {
        var before = Told();
        await ImportAsync("devices", "name,address\nmfp1,10.0.0.1\nmfp2,10.0.0.2\n");
        Assert.That(Told() - before, Is.EqualTo(1));
        await ImportAsync("devices", "name,address\nmfp1,10.0.0.1\nmfp2,10.0.0.2\n");
        Assert.That(Told() - before, Is.EqualTo(1));
        await Get<DeviceRepository>().DeleteAsync(OrgId, "mfp1", "test", default);
        Assert.That(Told() - before, Is.EqualTo(2));

        int Told() => ((ToldTopics)Get<IOutbox>()).Topics.Count(t => t == DeviceRepository.ChangedTopic);
    }

    [Test]
    public async Task Bad_devices_are_told()
    {
        var (summary, bad) = await ImportAsync("devices", """
            name,address,port,snmpVersion,v3User,v3Auth,v3AuthPassword,v3Priv,v3PrivPassword,functions,colorCapable,v3Context
            a,,,,,,,,,,,
            b,no address,,,,,,,,,,
            c,10.0.0.1,70000,,,,,,,,,
            d,10.0.0.1,x,,,,,,,,,
            e,10.0.0.1,,4,,,,,,,,
            f,10.0.0.1,,3,,,,,,,,
            g,10.0.0.1,,3,u,sha,short,,,,,
            h,10.0.0.1,,3,u,,,aes,longenough,,,
            i,10.0.0.1,,3,u,SHA-256,longenough,AES,longenough,copy,yes,
            j,printer.example,,3,u,SHA-256,longenough,AES,longenough,copy,false,Jetdirect
            """);
        Assert.That(bad, Is.EqualTo(
        [
            "line 2: address is empty", "line 3: address is no IP address and no host name", "line 4: port is not between 1 and 65535",
            "line 5: port is no whole number", "line 6: snmpVersion: '4' is none of 1, 2c, 3", "line 7: v3User is needed with snmpVersion 3",
            "line 8: v3AuthPassword is shorter than 8 characters", "line 9: v3Auth is needed with v3Priv", "line 10: colorCapable is neither true nor false",
        ]));
        Assert.That(summary, Is.EqualTo("added 1, changed 0, unchanged 0, bad 9"));
        Assert.That(await Get<DeviceRepository>().FindAsync(OrgId, "j", default), Has.Property("V3Auth").EqualTo("SHA256").And.Property("ColorCapable").False.And.Property("V3Context").EqualTo("Jetdirect").And.Property("Address").EqualTo("printer.example"));
    }

    [Test]
    public async Task Projects_keep_users_groups_and_parents()
    {
        await ImportAsync("users", "username,groups\nanna,staff\nben,\ncarl,\n");
        const string file = "code,name,parent,users,groups\nA1,Alpha,,anna;BEN,\nA1-1,Alpha one,a1,,Staff\nfree,,,,\n";
        Assert.That((await ImportAsync("projects", file)).Summary, Is.EqualTo("added 3, changed 0, unchanged 0, bad 0"));
        Assert.That((await ImportAsync("projects", file)).Summary, Is.EqualTo("added 0, changed 0, unchanged 3, bad 0"));
        Assert.That(await SearchAsync("anna", ""), Is.EqualTo(["A1", "A1-1", "free"]));
        Assert.That(await SearchAsync("ben", ""), Is.EqualTo(["A1", "free"]));
        Assert.That(await SearchAsync("carl", ""), Is.EqualTo(["free"]));
        Assert.That((await ImportAsync("projects", "code,users\nA1,\n")).Summary, Is.EqualTo("added 0, changed 1, unchanged 0, bad 0"));
        Assert.That(await SearchAsync("carl", "a1"), Is.EqualTo(["A1"]));
    }

    [Test]
    public async Task Bad_projects_are_told()
    {
        var (summary, bad) = await ImportAsync("projects", "code,parent,users\na,,\nb,a,\na,b,\nc,nowhere,\nd,,nobody\ne;f,,\n");
        Assert.That(bad, Is.EqualTo(
        [
            "line 4: parent: the project would be above itself", "line 5: parent: there is no such project (it must come before)",
            "line 6: users: there is no user 'nobody'", "line 7: code contains ';'",
        ]));
        Assert.That(summary, Is.EqualTo("added 2, changed 0, unchanged 0, bad 4"));
    }

    [Test]
    public async Task Project_search_shows_those_used_last_first_and_takes_no_pattern_from_the_person()
    {
        await ImportAsync("users", "username\nanna\n");
        await ImportAsync("projects", "code,name\np1,Bridge 100%\np2,Road\np3,Bridge_x\n");
        var anna = (await PersonAsync("anna")).Row.Id;
        var projects = Get<ProjectRepository>();
        await projects.UsedAsync(anna, (await projects.FindAsync(OrgId, "p2", default))!.Id, DateTimeOffset.UnixEpoch.AddDays(1), default);
        await projects.UsedAsync(anna, (await projects.FindAsync(OrgId, "p3", default))!.Id, DateTimeOffset.UnixEpoch.AddDays(2), default);
        Assert.That(await SearchAsync("anna", ""), Is.EqualTo(["p3", "p2", "p1"]));
        Assert.That(await SearchAsync("anna", "BRIDGE"), Is.EqualTo(["p3", "p1"]));
        Assert.That(await SearchAsync("anna", "%"), Is.EqualTo(["p1"]));
        Assert.That(await SearchAsync("anna", "_"), Is.EqualTo(["p3"]));
        Assert.That(await SearchAsync("anna", "\\"), Is.Empty);
        Assert.That((await projects.RecentAsync(OrgId, anna, 5, default)).Select(project => project.Code), Is.EqualTo(["p3", "p2"]));
        var found = await projects.FindForPersonAsync(OrgId, anna, "P1", default);
        Assert.That(found!.Code, Is.EqualTo("p1"));
        Assert.That((await projects.FindForPersonAsync(OrgId, anna, found.Id.ToString(null, null), default))!.Code, Is.EqualTo("p1"));
        Assert.That(await projects.FindForPersonAsync(OrgId + 1, anna, "p1", default), Is.Null);
    }

    [Test]
    public async Task Body_of_rest_has_the_meaning_of_a_line()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        var people = Get<PersonUpsert>();
        var first = JsonSerializer.Deserialize<PersonInput>("""{"userName":"anna","email":"a@b","groups":["g1","g2"],"cards":["11111111"],"projectRequired":true}""", options)!;
        Assert.That(await people.ApplyAsync(first, Context, default), Is.EqualTo(UpsertKind.Added));
        var second = JsonSerializer.Deserialize<PersonInput>("""{"userName":"anna","email":null}""", options)!;
        Assert.That(await people.ApplyAsync(second, Context, default), Is.EqualTo(UpsertKind.Changed));
        Assert.That(await people.ApplyAsync(second, Context, default), Is.EqualTo(UpsertKind.Unchanged));
        var anna = await PersonAsync("anna");
        Assert.That((anna.Row.Email, anna.Row.ProjectRequired, anna.Groups.Length, anna.Cards.Length), Is.EqualTo(((string?)null, true, 2, 1)));
        var bad = JsonSerializer.Deserialize<PersonInput>("""{"userName":"ben\u0000"}""", options)!;
        Assert.That(async () => await people.ApplyAsync(bad, Context, default), Throws.TypeOf<InputFaultException>());
        Assert.That(async () => await people.ApplyAsync(new PersonInput { UserName = "b\ud800" }, Context, default), Throws.TypeOf<InputFaultException>());
    }

    [Test]
    public void Inputs_keep_secrets_out_of_texts()
    {
        Assert.That(new PersonInput { UserName = "anna", Pin = Optional.Of("482915") }.ToString(), Does.Not.Contain("482915"));
        Assert.That(new DeviceInput { Name = "mfp", Community = Optional.Of("hidden-word") }.ToString(), Does.Not.Contain("hidden-word"));
    }

    private async Task<string[]> SearchAsync(string user, string query) =>
        [.. (await Get<ProjectRepository>().SearchAsync(OrgId, (await PersonAsync(user)).Row.Id, query, 50, default)).Select(project => project.Code)];

    private Task<long> CountAsync(string sql, long id) =>
        Database.ReadAsync((connection, ct) => Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, sql, new { id }), default);
}
