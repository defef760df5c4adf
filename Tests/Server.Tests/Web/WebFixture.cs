using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.SecondStep;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Kerberos;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.SignIn;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The small office with its web pages, without Kerberos, and an administrator <c>root</c> who has a second step.</summary>
internal abstract class WebFixture(Db db) : SiteFixture(db)
{
    protected const string Password = "correct horse battery";

    /// <summary>Clock of the web; goes on by itself from wherever it is put.</summary>
    protected MovedTime Clock { get; } = new();

    /// <summary>The administrator's browser.</summary>
    protected Browser Known { get; private set; } = null!;

    /// <summary>The administrator's secret of the second step.</summary>
    protected byte[] Secret { get; private set; } = [];

    /// <summary>The administrator's recovery codes.</summary>
    protected Queue<string> Recovery { get; private set; } = [];

    [OneTimeSetUp]
    public async Task SetUpAdministratorAsync()
    {
        Known = new Browser(Address);
        string code = await Services.GetRequiredService<AccountSetUp>().InviteAsync("test", Roles.Administrator, null, default);
        Assert.That((await Known.PostAsync("/Setup", Form(code: "0000-0000-0000-0000"))).Text, Does.Contain("wrong, used or expired"));
        Assert.That((await Known.PostAsync("/Setup", Form(code, password: "short"))).Text, Does.Contain("10 to 256 characters"));
        Shown enrol = await Known.PostAsync("/Setup", Form(code));
        Assert.That(enrol.Path, Is.EqualTo("/Enrol"), enrol.Text);
        (Secret, Recovery) = await EnrolAsync(Known, enrol);
        Assert.That((await Known.GetAsync("/")).Text, Does.Contain("<h1>Overview</h1>"));
    }

    [OneTimeTearDown]
    public void CloseBrowser() => Known.Dispose();

    /// <summary>Finishes the page that sets a second step up; returns the secret and the recovery codes.</summary>
    protected async Task<(byte[] Secret, Queue<string> Recovery)> EnrolAsync(Browser browser, Shown enrol)
    {
        byte[] secret = Unbase32(Regex.Match(enrol.Text, "class=\"key\">([A-Z2-7 ]+)<").Groups[1].Value);
        Shown codes = await browser.PostAsync("/Enrol", new() { ["code"] = Totp.Code(secret, Totp.StepOf(Clock.GetUtcNow())) });
        MatchCollection found = Regex.Matches(codes.Text, "<li>([0-9A-Z-]+)</li>");
        Assert.That(found, Has.Count.EqualTo(10), codes.Text);
        return (secret, new Queue<string>(found.Select(m => m.Groups[1].Value)));
    }

    /// <summary>A browser of the administrator, signed in anew by a code that no one used.</summary>
    protected async Task<Browser> SignedInAsync()
    {
        Browser browser = new(Address);
        await browser.PostAsync("/SignIn", new() { ["name"] = "root", ["password"] = Password });
        Shown page = await browser.PostAsync("/SecondStep", new() { ["code"] = NextCode() });
        Assert.That(page.Text, Does.Contain("<h1>Overview</h1>"));
        return browser;
    }

    /// <summary>A code that was never used: of the time after the next step.</summary>
    protected string NextCode()
    {
        Clock.Move(TimeSpan.FromSeconds(61));
        return Totp.Code(Secret, Totp.StepOf(Clock.GetUtcNow()));
    }

    /// <summary>A person in these groups, made when there is none, with a session as after a computer's ticket.</summary>
    protected Task<Browser> PersonAsync(string name, params string[] groups) => PersonAsync(name, proven: false, groups);

    /// <summary>A person in these groups, with a session as after a computer's ticket, or, <paramref name="proven"/>, as after a password that was typed just now.</summary>
    protected async Task<Browser> PersonAsync(string name, bool proven, params string[] groups)
    {
        await Services.GetRequiredService<PersonUpsert>().ApplyAsync(new PersonInput { UserName = name, Groups = Optional.Of<IReadOnlyList<string>>(groups) }, new UpsertContext(1, "test"), default);
        long id = await Database.CountAsync("select id from person where user_folded = @name", new { name });
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        DateTimeOffset now = Clock.GetUtcNow();
        await Services.GetRequiredService<WebSessionRepository>().BeginAsync(
            new WebSessionRow { Hash = SHA256.HashData(secret), OrgId = 1, PersonId = id, Method = "negotiate", Stage = WebSessionStage.SignedIn, BeganAt = now, SeenAt = now, ProvedAt = proven ? now : null }, null, "signIn", null, default);
        return new Browser(Address) { Cookies = new() { [WebSessions.Cookie] = System.Buffers.Text.Base64Url.EncodeToString(secret) } };
    }

    protected override void AddMore(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton(new LockoutOptions());
        services.AddSingleton<LockoutRepository>().AddSingleton<ILockoutStore>(p => p.GetRequiredService<LockoutRepository>());
        services.AddSingleton(DataServices.Lookup(Database));
        services.AddSingleton<WebSessionRepository>().AddSingleton<SecondStepRepository>();
        services.AddKerberos(null, new KerberosSite(null), []);
        services.AddWeb(new WebOptions
        {
            Refusal = TimeSpan.FromMilliseconds(400), NameTries = 10_000, AddressTries = 10_000,
            Roles = new Dictionary<string, WebRole>
            {
                ["admins"] = new("administrator", null), ["sales admins"] = new("administrator", "department=Sales"), ["dealers"] = new("dealer", null), ["customers"] = new("customer", null),
                ["managers"] = new("manager", null), ["staff"] = new("user", null), ["sales leads"] = new("manager", "department=Sales"), ["bonn leads"] = new("manager", "site=Bonn"), ["lost leads"] = new("manager", "organisation=Nowhere"),
                ["legal leads"] = new("manager", "department=Legal"), ["p2 leads"] = new("manager", "project=p2"), ["fleet leads"] = new("dealer", "dealer=North"), ["north dealer"] = new("dealer", "dealer=north"), ["acme people"] = new("customer", "customer=acme"), ["initech people"] = new("customer", "customer=initech"), ["lost people"] = new("customer", "customer=nobody"),
            }.ToImmutableDictionary(),
            ProvisionedRoles = new Dictionary<string, WebRole> { ["pushed"] = new("manager", null) }.ToImmutableDictionary(),
        });
    }

    protected override void MapMore(WebApplication app)
    {
        // The tests' port is plain; the product's is not, and forms insist on it.
        app.Use((context, next) =>
        {
            context.Request.Scheme = "https";
            return next(context);
        });
        app.MapWeb();
    }

    private static Dictionary<string, string> Form(string code, string password = Password) => new() { ["code"] = code, ["name"] = "root", ["password"] = password };

    private static byte[] Unbase32(string text)
    {
        string bits = string.Concat(text.Where(c => c != ' ').Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(b => b.Length == 8).Select(b => Convert.ToByte(new string(b), 2))];
    }

    /// <summary>The system's clock, put forward by the tests.</summary>
    protected sealed class MovedTime : TimeProvider
    {
        private TimeSpan ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

        public void Move(TimeSpan by) => ahead += by;
    }
}
