using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Imports;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Repositories;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class IdentityRepositoryTests(Db db) : ImportFixture(db)
{
    [Test]
    public async Task Card_is_registered_once_by_an_activation_code()
    {
        await ImportAsync("users", "username,cards\nanna,\nben,22222222\n");
        await Get<CardRepository>().AddCodeAsync(OrgId, (await PersonAsync("anna")).Row.Id, Ring.Hash(HashKinds.ActivationCode, OrgId, "OLD"), "test", default);
        await Get<CardRepository>().AddCodeAsync(OrgId, (await PersonAsync("anna")).Row.Id, Ring.Hash(HashKinds.ActivationCode, OrgId, "CODE"), "test", default);
        Assert.That(await RegisterAsync("OLD", "11111111"), Is.TypeOf<CardRegistration.WrongCode>());
        Assert.That(await RegisterAsync("CODE", "22222222"), Is.TypeOf<CardRegistration.CardTaken>());
        Assert.That(await RegisterAsync("CODE", "11111111"), Has.Property("Person").Property("UserName").EqualTo("anna"));
        Assert.That(await RegisterAsync("CODE", "33333333"), Is.TypeOf<CardRegistration.WrongCode>());
        Assert.That(HasCard(await PersonAsync("anna"), "11111111"), Is.True);
    }

    [Test]
    public async Task Card_registrations_at_the_same_time_use_a_code_once()
    {
        await ImportAsync("users", "username\nanna\n");
        await Get<CardRepository>().AddCodeAsync(OrgId, (await PersonAsync("anna")).Row.Id, Ring.Hash(HashKinds.ActivationCode, OrgId, "CODE"), "test", default);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RegisterAsync("CODE", $"CARD{i}")));
        Assert.That(outcomes.Count(outcome => outcome is CardRegistration.Registered), Is.EqualTo(1));
        Assert.That((await PersonAsync("anna")).Cards, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Hashes_move_to_a_newer_key()
    {
        await ImportAsync("users", "username,cards,pin\nanna,11111111,482915\n");
        var anna = (await PersonAsync("anna")).Row.Id;
        var newer = new KeyRing([KeyRing.Generate("k9", DateTimeOffset.UnixEpoch.AddDays(9))], DateTimeOffset.UnixEpoch.AddDays(9));
        await Get<CardRepository>().RehashAsync(OrgId, Ring.Hash(HashKinds.Card, OrgId, "11111111"), newer.Hash(HashKinds.Card, OrgId, "11111111"), default);
        await Get<PinRepository>().RehashAsync(anna, Ring.Hash(HashKinds.Pin, OrgId, "482915"), newer.Hash(HashKinds.Pin, OrgId, "482915"), default);
        Assert.That(await Get<CardRepository>().FindOwnerAsync(OrgId, newer.Candidates(HashKinds.Card, OrgId, "11111111"), default), Is.EqualTo(anna));
        Assert.That((await Get<CardRepository>().CountByKeyAsync(default)).Select(use => use.KeyId), Does.Contain("k9"));
        Assert.That((await Get<PinRepository>().CountByKeyAsync(default)).Select(use => use.KeyId), Does.Contain("k9"));
    }

    [Test]
    public async Task Generated_pin_is_stored_and_removed_card_is_gone()
    {
        await ImportAsync("users", "username,cards\nanna,11111111\n");
        var anna = await PersonAsync("anna");
        var pin = await Get<PinRepository>().GenerateAsync(OrgId, anna.Row.Id, Ring, "test", default);
        Assert.That(await Get<CardRepository>().RemoveAsync(OrgId, anna.Row.Id + 1, anna.Cards[0].Id, "test", false, default), Is.False);
        Assert.That(await Get<CardRepository>().RemoveAsync(OrgId, anna.Row.Id, anna.Cards[0].Id, "test", false, default), Is.True);
        var after = await PersonAsync("anna");
        Assert.That(after.Cards, Is.Empty);
        Assert.That(Ring.Verify(new KeyedHash(after.Pin!.KeyId, after.Pin.Hash), HashKinds.Pin, OrgId, pin), Is.EqualTo(HashMatch.Yes));
    }

    [Test]
    public async Task Terminal_is_made_once_moved_revoked_and_may_enrol_again()
    {
        await ImportAsync("devices", "name,address\nmfp1,10.0.0.1\nmfp2,10.0.0.2\n");
        var second = (await Get<DeviceRepository>().FindAsync(OrgId, "mfp2", default))!.Id;
        var terminals = Get<TerminalRepository>();
        var made = await terminals.EnsureAsync(OrgId, "Box 1", (await Get<DeviceRepository>().FindAsync(OrgId, "mfp1", default))!.Id, "M", "test", default);
        var moved = await terminals.EnsureAsync(OrgId, "BOX 1", second, null, "test", default);
        Assert.That((moved.Id, moved.DeviceId, moved.Model), Is.EqualTo((made.Id, second, "M")));
        Assert.That(await terminals.RevokeAsync("nope", "test", default), Is.False);
        Assert.That(await terminals.RevokeAsync(made.Id, "test", default), Is.True);
        Assert.That((await terminals.GetAsync(made.Id, default))!.RevokedAt, Is.Not.Null);
        Assert.That((await terminals.EnsureAsync(OrgId, "Box 1", second, null, "test", default)).RevokedAt, Is.Null);
        Assert.That(await terminals.ConfigureAsync(made.Id, "reverse", "card", "test", default), Is.True);
        Assert.That((await terminals.ListAsync(OrgId, "", 10, default)).Single(), Has.Property("CardRules").EqualTo("reverse"));
    }

    [Test]
    public async Task Token_is_found_by_its_hash_until_it_expires_or_is_revoked()
    {
        var tokens = Get<TokenRepository>();
        var (late, ended) = (Hash(), Hash());
        await tokens.AddAsync(late, "manager", null, TimeSpan.FromDays(-1), "test", default);
        var id = await tokens.AddAsync(ended, "monitor", "site=A", null, "test", default);
        await tokens.UsedAsync(id, default);
        Assert.That(await tokens.FindAsync(late, default), Is.Null);
        Assert.That(await tokens.FindAsync(ended, default), Has.Property("Role").EqualTo("monitor").And.Property("Scope").EqualTo("site=A"));
        Assert.That(await tokens.RevokeAsync(id, "test", default), Is.True);
        Assert.That(await tokens.FindAsync(ended, default), Is.Null);

        static byte[] Hash() => MachineSecret.Hash(MachineSecret.Generate(MachineSecret.TokenPrefix), MachineSecret.TokenPrefix)!;
    }

    [Test]
    public async Task Device_secret_finds_its_device_and_outlives_an_import()
    {
        await ImportAsync("devices", "name,address\nmfp,10.0.0.1\n");
        var hash = MachineSecret.Hash(MachineSecret.Generate(MachineSecret.DevicePrefix), MachineSecret.DevicePrefix)!;
        Assert.That(await Get<DeviceRepository>().SetCredentialAsync(OrgId, "MFP", hash, "test", default), Is.True);
        await ImportAsync("devices", "name,location\nmfp,moved\n");
        Assert.That(await Get<DeviceRepository>().FindByCredentialAsync(hash, default), Has.Property("Location").EqualTo("moved"));
        Assert.That(await Get<DeviceRepository>().SetCredentialAsync(OrgId, "other", hash, "test", default), Is.False);
    }

    [Test]
    public async Task Setting_is_set_read_and_removed()
    {
        var (settings, name) = (Get<SettingRepository>(), $"Test:{OrgId}");
        await settings.SetAsync(name, "reverse", "test", default);
        await settings.SetAsync(name, "hex2dec", "test", default);
        Assert.That(await settings.GetAsync(name, default), Is.EqualTo("hex2dec"));
        await settings.SetAsync(name, null, "test", default);
        Assert.That(await settings.GetAsync(name, default), Is.Null);
    }

    [Test]
    public async Task Setup_code_makes_one_administrator()
    {
        var accounts = Get<AccountRepository>();
        await accounts.PutSetupCodeAsync(Ring.Hash(HashKinds.SetupCode, 1, "CODE" + OrgId), "administrator", null, "test", default);
        Assert.That(await SetUpAsync("OTHER", "x" + OrgId), Is.Null);
        Assert.That(await SetUpAsync("CODE" + OrgId, "Admin" + OrgId), Has.Property("Role").EqualTo("administrator"));
        Assert.That(await SetUpAsync("CODE" + OrgId, "again" + OrgId), Is.Null);
        Assert.That(await accounts.HasAdministratorAsync(default), Is.True);
        var found = await accounts.FindAsync(1, "ADMIN" + OrgId, default);
        Assert.That(PasswordHash.Verify("long enough password", found!.PasswordHash), Is.EqualTo(HashMatch.Yes));
        Assert.That(await accounts.AddAsync(1, "ADMIN" + OrgId, "long enough password", "manager", null, "test", default), Is.Null);

        Task<AccountRow?> SetUpAsync(string code, string name) => accounts.SetUpAsync(Ring.Candidates(HashKinds.SetupCode, 1, code), name, "long enough password", default);
    }

    [Test]
    public async Task Lists_come_in_pages_by_name()
    {
        await ImportAsync("users", "username,cards\nc,\na,11111111\nb,\n");
        var page = await People.ListAsync(OrgId, "", 2, default);
        Assert.That(page.Select(person => person.Row.UserName), Is.EqualTo(["a", "b"]));
        Assert.That((await People.ListAsync(OrgId, page[^1].Row.UserFolded, 2, default)).Select(person => person.Row.UserName), Is.EqualTo(["c"]));
        await ImportAsync("projects", "code\nz\ny\n");
        Assert.That((await Get<ProjectRepository>().ListAsync(OrgId, "y", 10, default)).Select(project => project.Code), Is.EqualTo(["z"]));
    }

    private Task<CardRegistration> RegisterAsync(string code, string card) => Get<CardRepository>().RegisterAsync(
        OrgId, Ring.Candidates(HashKinds.ActivationCode, OrgId, code), Ring.Candidates(HashKinds.Card, OrgId, card), null, "terminal", default);
}
