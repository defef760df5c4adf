using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Polling;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Devices of SNMP version 3: found in a range, added, given other keys on their page; each time asked before anything is stored.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class SnmpV3PagesTests(Db db) : WebFixture(db)
{
    private V3Printer _printer = null!;

    private DeviceRepository Devices => Services.GetRequiredService<DeviceRepository>();

    [OneTimeSetUp]
    public async Task StartPrinterAsync() => _printer = await V3Printer.StartAsync();

    [OneTimeTearDown]
    public ValueTask EndPrinterAsync() => _printer.DisposeAsync();

    [Test]
    public async Task Device_of_version_3_is_found_added_and_given_other_keys()
    {
        Assert.That((await Known.PostAsync("/Discover", Look(("snmp.V3AuthPassword", "short")))).Text, Does.Contain("8").And.Contain("role=\"alert\""));
        Shown nothing = await RunAsync(Look(("snmp.V3User", ""), ("community", "public")));
        Assert.That(nothing.Text, Does.Not.Contain("ACME Print 3"), "in the clear it is silent");
        Shown found = await RunAsync(Look());
        Assert.That(found.Text, Does.Contain("ACME Print 3").And.Contain("name=\"snmp.V3AuthPassword\"").And.Not.Contain(V3Printer.AuthPassword));

        string id = found.Path.Split('=')[1];
        Assert.That((await AddAsync(id, "three", ("snmp.V3PrivPassword", "another-password"))).Text, Does.Contain("three: ").And.Contain("0 devices are added"));
        Assert.That((await AddAsync(id, "three", ("snmp.V3User", ""))).Text, Does.Contain("type user and passwords again"));
        Assert.That(await Devices.FindAsync(1, "three", default), Is.Null);
        Assert.That((await AddAsync(id, "three")).Text, Does.Contain("1 device is added"));
        DeviceRow row = (await Devices.FindAsync(1, "three", default))!;
        Assert.That((row.SnmpVersion, row.V3User, row.V3Auth, row.V3Priv, row.Port, row.CommunitySealed), Is.EqualTo(("3", V3Printer.User, "SHA256", "AES", (long)_printer.Port, (byte[]?)null)));
        Assert.That(Services.GetRequiredService<ISecretSealer>().Open(row.V3AuthPasswordSealed), Is.EqualTo(V3Printer.AuthPassword));
        await SettingsAsync(row);
    }

    private async Task SettingsAsync(DeviceRow row)
    {
        const string Path = "/Devices/three/Settings";
        Shown page = await Known.GetAsync(Path);
        Assert.That(page.Text, Does.Contain($"value=\"{V3Printer.User}\"").And.Contain("<option selected=\"selected\">SHA256</option>").And.Not.Contain(V3Printer.AuthPassword).And.Not.Contain(V3Printer.PrivPassword));

        // A wrong key: the cause, and nothing is stored until somebody says so.
        Shown refused = await Known.PostAsync(Path, Settings(("form.Snmp.V3AuthPassword", "wrong-password")));
        Assert.That(refused.Text, Does.Contain("Nothing was kept: with another version").And.Contain("Keep it without asking the device").And.Not.Contain("wrong-password"));
        Assert.That((await Devices.FindAsync(1, "three", default))!.V3AuthPasswordSealed, Is.EqualTo(row.V3AuthPasswordSealed));
        await Known.PostAsync(Path, Settings(("form.Snmp.V3AuthPassword", "wrong-password"), ("form.Untried", "true")));
        Assert.That(Open((await Devices.FindAsync(1, "three", default))!.V3AuthPasswordSealed), Is.EqualTo("wrong-password"));
        Assert.That((await Known.PostAsync(Path, Settings(("form.Snmp.V3AuthPassword", V3Printer.AuthPassword)))).Text, Does.Contain("Kept. The device is read with it at once."));
        row = (await Devices.FindAsync(1, "three", default))!;
        Assert.That((Open(row.V3AuthPasswordSealed), Open(row.V3PrivPasswordSealed)), Is.EqualTo((V3Printer.AuthPassword, V3Printer.PrivPassword)), "the other one stayed");

        // What is not about how it is asked is kept without asking, and keeps the keys.
        Assert.That((await Known.PostAsync(Path, Settings(("form.Location", "cellar")))).Text, Does.Contain("Kept."));
        Assert.That((await Devices.FindAsync(1, "three", default))!.V3PrivPasswordSealed, Is.EqualTo(row.V3PrivPasswordSealed));
        Assert.That((await Known.PostAsync(Path, Settings(("form.Snmp.V3Priv", ""), ("form.Snmp.V3Auth", "")))).Text, Does.Contain("Nothing was kept"), "it hides what it says");

        // Back to the clear: the keys go.
        await Known.PostAsync(Path, Settings(("form.Version", "2c"), ("form.Community", "grüße"), ("form.Untried", "true")));
        row = (await Devices.FindAsync(1, "three", default))!;
        Assert.That((row.SnmpVersion, row.V3User, row.V3AuthPasswordSealed, row.V3PrivPasswordSealed, Open(row.CommunitySealed)), Is.EqualTo(("2c", (string?)null, (byte[]?)null, (byte[]?)null, "grüße")));
        string audit = string.Join('\n', await Database.ReadAsync((c, _) => c.QueryAsync<string>("select coalesce(before_value, '') || coalesce(after_value, '') from audit_log where action like 'device.%'"), default));
        Assert.That(audit, Does.Not.Contain(V3Printer.AuthPassword).And.Not.Contain("wrong-password").And.Not.Contain("grüße"));
    }

    private string? Open(byte[]? secret) => secret is null ? null : Services.GetRequiredService<ISecretSealer>().Open(secret);

    private async Task<Shown> RunAsync(Dictionary<string, string> form)
    {
        Shown run = await Known.PostAsync("/Discover", form);
        for (int i = 0; i < 100 && !run.Text.Contains("Done: ", StringComparison.Ordinal); i++)
        {
            await Task.Delay(100);
            run = await Known.GetAsync(run.Path);
        }

        Assert.That(run.Text, Does.Contain("Done: 1 of 1"));
        return run;
    }

    private Task<Shown> AddAsync(string id, string name, params (string Key, string Value)[] other)
    {
        Dictionary<string, string> form = Look(other);
        (form["id"], form["add"], form["name-127.0.0.1"]) = (id, "127.0.0.1", name);
        return Known.PostAsync("/Discover", form, "Add", "/Discover?id=" + id);
    }

    private Dictionary<string, string> Look(params (string Key, string Value)[] other) => With(new()
    {
        ["ranges"] = "127.0.0.1", ["port"] = _printer.PortText, ["snmp.V3User"] = V3Printer.User, ["snmp.V3Auth"] = "SHA256", ["snmp.V3AuthPassword"] = V3Printer.AuthPassword, ["snmp.V3Priv"] = "AES",
        ["snmp.V3PrivPassword"] = V3Printer.PrivPassword,
    }, other);

    private Dictionary<string, string> Settings(params (string Key, string Value)[] other) => With(new()
    {
        ["form.Address"] = "127.0.0.1", ["form.Port"] = _printer.PortText, ["form.Version"] = "3", ["form.Snmp.V3User"] = V3Printer.User, ["form.Snmp.V3Auth"] = "SHA256", ["form.Snmp.V3Priv"] = "AES", ["form.AtZero"] = "finish",
        ["form.Functions"] = "copy",
    }, other);

    private static Dictionary<string, string> With(Dictionary<string, string> form, (string Key, string Value)[] other)
    {
        foreach ((string key, string value) in other)
        {
            form[key] = value;
        }

        return form;
    }
}
