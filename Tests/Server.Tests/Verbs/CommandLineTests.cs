using System.Globalization;
using System.Text.Json;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Tests.Polling;
using Dapper;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Verbs;

internal sealed class CommandLineTests
{
    private string directory = "";

    [SetUp]
    public void MakeDirectory() => directory = Directory.CreateTempSubdirectory("copytrack-verbs-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task Verbs_work_on_a_new_directory_and_print_what_they_make()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "u.csv"), "username\nanna\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "d.csv"), "name,address\nmfp,10.0.0.1\n");
        Assert.That(await RunAsync("import", "users", Path.Combine(directory, "u.csv")), Is.EqualTo((0, "added 1, changed 0, unchanged 0, bad 0\n", "")));
        Assert.That((await RunAsync("import", "devices", Path.Combine(directory, "d.csv"))).Status, Is.Zero);
        Assert.That((await RunAsync("user", "activation-code", "ANNA")).Output, Does.Match("^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n$"));
        Assert.That((await RunAsync("token", "create", "--role", "manager", "--scope", "site=A", "--days", "3")).Output, Does.Match("^ct_[A-Za-z0-9_-]{43}\n$"));
        Assert.That((await RunAsync("device", "credential", "mfp")).Output, Does.StartWith("cd_"));
        Assert.That((await RunAsync("setup-code")).Status, Is.Zero);
        using var code = JsonDocument.Parse((await RunAsync("terminal", "enrol-code", "box", "--device", "MFP")).Output);
        Assert.That(code.RootElement.EnumerateObject().Select(member => member.Name), Is.EqualTo(["terminal", "code", "expiresAt", "caFingerprint"]));
        Assert.That(await RunAsync("terminal", "revoke", code.RootElement.GetProperty("terminal").GetString()!), Is.EqualTo((0, "", "")));
    }

    [TestCase(null)]
    [TestCase("site=A", "site=A")]
    [TestCase("department=Sales & Co\nproject=P1\nsite=A", "site=A", "project=P1", "department=Sales & Co", "site=A")]
    [TestCase("customer=acme\ndealer=North", "dealer=North", "customer=acme")]
    public async Task Token_gets_the_scopes_that_were_given_each_once_and_no_other(string? kept, params string[] scopes)
    {
        var (status, output, error) = await RunAsync(["token", "create", "--role", "manager", .. scopes.SelectMany(s => new[] { "--scope", s })]);
        Assert.That((status, error), Is.EqualTo((0, "")));
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "data", "copytrack.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        Assert.That(
            await connection.QuerySingleAsync<string?>("select scope from access_token where hash = @hash", new { hash = MachineSecret.Hash(output.Trim(), MachineSecret.TokenPrefix) }), Is.EqualTo(kept));
    }

    [Test]
    public async Task Prices_limits_and_the_licence_have_verbs()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "u.csv"), "username\nanna\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "d.csv"), "name,address\nmfp,10.0.0.1\n");
        await RunAsync("import", "users", Path.Combine(directory, "u.csv"));
        await RunAsync("import", "devices", Path.Combine(directory, "d.csv"));
        var (status, output, error) = await RunAsync("price", "put", "Staff", "--from", "2026-01-01", "--mono", "0.05", "--groups", "Staff;Guests", "--devices", "MFP");
        Assert.That(status, Is.Zero, error);
        using var list = JsonDocument.Parse(output);
        Assert.That((list.RootElement.GetProperty("mono").GetDecimal(), list.RootElement.GetProperty("groups").GetArrayLength(), list.RootElement.GetProperty("currency").GetString()), Is.EqualTo((0.05m, 2, "EUR")));
        Assert.That((await RunAsync("price", "list")).Output, Is.EqualTo(output));
        Assert.That(await RunAsync("price", "put", "Staff", "--mono", "cheap"), Is.EqualTo((2, "", "--mono: 'cheap' is not an amount such as 0.05\n")));
        Assert.That((await RunAsync("price", "delete", "staff")).Status, Is.Zero);
        Assert.That(await RunAsync("price", "delete", "staff"), Is.EqualTo((1, "", "there is no price list 'staff'\n")));

        using var limit = JsonDocument.Parse((await RunAsync("quota", "set", "user", "ANNA", "--period", "year", "--soft", "5", "--hard", "10", "--extra", "2.5")).Output);
        Assert.That((limit.RootElement.GetProperty("left").GetDecimal(), limit.RootElement.GetProperty("period").GetString()), Is.EqualTo((12.5m, "year")));
        Assert.That((await RunAsync("quota", "list")).Output, Does.Contain("\"subject\":\"anna\"").And.Contain("\"held\":0"));
        Assert.That(await RunAsync("quota", "set", "user", "nobody", "--hard", "1"), Is.EqualTo((1, "", "there is no user 'nobody'\n")));
        Assert.That((await RunAsync("quota", "set", "planet", "anna", "--hard", "1")).Status, Is.EqualTo(2));
        Assert.That(await RunAsync("quota", "set", "user", "anna"), Is.EqualTo((0, "", "")), "taken away");
        Assert.That((await RunAsync("quota", "list")).Output, Is.Empty);

        Assert.That(await RunAsync("device", "at-zero", "mfp"), Is.EqualTo((0, "finish\n", "")));
        Assert.That(await RunAsync("device", "at-zero", "mfp", "lock"), Is.EqualTo((0, "lock\n", "")));
        Assert.That((await RunAsync("device", "at-zero", "mfp", "burn")).Status, Is.EqualTo(2));
        Assert.That(await RunAsync("device", "at-zero", "none", "lock"), Is.EqualTo((1, "", "there is no device 'none'\n")));
        Assert.That((await RunAsync("licence", "show")).Output, Does.StartWith("{\"licensed\":true,"));
        await File.WriteAllTextAsync(Path.Combine(directory, "licence"), "nonsense");
        var bad = await RunAsync("licence", "show", $"--Licence:File={Path.Combine(directory, "licence")}", $"--Licence:PublisherKeyFile={Path.Combine(directory, "none.pem")}");
        Assert.That((bad.Status, bad.Output.Contains("check Licence:File and Licence:PublisherKeyFile", StringComparison.Ordinal)), Is.EqualTo((1, true)), bad.Output + bad.Error);
    }

    [Test]
    public async Task Hash_keys_rotate_and_retire_only_when_nothing_needs_them()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "u.csv"), "username,cards,pin\nanna,04A1;04A2,734261\nbert,,\n");
        Assert.That((await RunAsync("import", "users", Path.Combine(directory, "u.csv"))).Status, Is.Zero);
        var (status, output, error) = await RunAsync("secrets", "rotate");
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.That((status, lines.Length), Is.EqualTo((0, 2)), error);
        var old = lines[1].Split(' ')[0];
        Assert.That(lines[1], Is.EqualTo($"{old} cards=2 pins=1"));
        Assert.That(lines[0], Is.Not.EqualTo(old));
        Assert.That(await RunAsync("secrets", "retire", old), Is.EqualTo((1, "", $"hash key {old} is needed by 2 cards and 1 PINs: wait until they were used, or give --force to lock them out\n")));
        Assert.That((await RunAsync("secrets", "retire", lines[0], "--force")).Status, Is.EqualTo(1), "the newest stays");
        Assert.That((await RunAsync("secrets", "retire", "nokey")).Status, Is.EqualTo(1));
        Assert.That(await RunAsync("secrets", "retire", old, "--force"), Is.EqualTo((0, $"{old} retired\n", "")));
        Assert.That((await RunAsync("user", "pin", "BERT")).Output, Does.Match("^[0-9]{6}\n$"));
        Assert.That((await RunAsync("secrets", "rotate")).Output, Does.Contain($"{lines[0]} cards=0 pins=1\n"));
    }

    [Test]
    public async Task Card_rule_is_found_from_three_pairs_and_checked_on_each()
    {
        var (status, output, error) = await RunAsync("card", "rule", "--pair", "04A1B2C3=C3B2A104", "--pair", "11223344=44332211", "--pair", "DEADBEEF=EFBEADDE");
        Assert.That(status, Is.Zero, error);
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.That(lines[0], Is.Not.Empty);
        Assert.That(lines[1..], Is.EqualTo(["pair 1: ok", "pair 2: ok", "pair 3: ok"]));
        var none = await RunAsync("card", "rule", "--pair", "04A1B2C3=1", "--pair", "11223344=999999999", "--pair", "DEADBEEF=77");
        Assert.That((none.Status, none.Output), Is.EqualTo((1, "")));
        Assert.That(none.Error, Does.Contain("no rule fits all pairs").And.Not.Contain("04A1B2C3"));
    }

    [Test]
    public async Task Terminal_is_configured_in_part_and_back()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "d.csv"), "name,address\nmfp,10.0.0.1\n");
        await RunAsync("import", "devices", Path.Combine(directory, "d.csv"));
        using var code = JsonDocument.Parse((await RunAsync("terminal", "enrol-code", "box", "--device", "mfp")).Output);
        var id = code.RootElement.GetProperty("terminal").GetString()!;
        Assert.That(await RunAsync("terminal", "configure", id, "--login-methods", "card;pin"), Is.EqualTo((0, "", "")));
        Assert.That(await RunAsync("terminal", "configure", id, "--login-methods="), Is.EqualTo((0, "", "")));
        Assert.That((await RunAsync("terminal", "configure", id, "--card-rules", "nonsense(")).Status, Is.EqualTo(2));
    }

    [Test]
    public async Task Webhook_is_added_listed_tested_and_deleted_and_its_secret_is_printed_once()
    {
        var (status, secret, error) = await RunAsync("webhook", "put", "erp", "--address", "https://example.com/hook", "--events", "alert;session.settled");
        Assert.That((status, error), Is.EqualTo((0, "")));
        Assert.That(secret, Does.Match("^whsec_[A-Za-z0-9+/]{43}=\n$"));
        Assert.That(await RunAsync("webhook", "put", "ERP", "--enabled", "false"), Is.EqualTo((0, "", "")));
        Assert.That(await RunAsync("webhook", "list"), Is.EqualTo((0, "erp off session.settled;alert waiting=0 https://example.com/hook\n", "")));
        Assert.That((await RunAsync("webhook", "put", "other", "--address", "https://[::1]/", "--events", "alert")).Error, Does.Contain("no public address"));
        Assert.That((await RunAsync("webhook", "secret", "erp")).Output, Does.StartWith("whsec_").And.Not.EqualTo(secret));
        var (_, id, _) = await RunAsync("webhook", "test", "erp");
        Assert.That((await RunAsync("webhook", "log", "erp")).Output, Does.StartWith(id.TrimEnd() + " ").And.Contain(" test waiting"));
        Assert.That((await RunAsync("webhook", "resume", "erp")).Status, Is.Zero);
        Assert.That(await RunAsync("webhook", "delete", "erp"), Is.EqualTo((0, "", "")));
        Assert.That(await RunAsync("webhook", "log", "erp"), Is.EqualTo((1, "", "there is no webhook 'erp'\n")));
    }

    [Test]
    public async Task Printers_of_a_range_are_discovered_and_can_be_imported()
    {
        using var printer = new LoopbackPrinter("127.8.9.20");
        var port = printer.Port.ToString(CultureInfo.InvariantCulture);
        var (status, output, error) = await RunAsync("device", "discover", "127.8.9.16/28", "--port", port, "--rate", "500", "--timeout", "0.2", "--format", "csv");
        Assert.That((status, output), Is.EqualTo((0, $"name,address,port,snmpVersion\n\"_=printer\"\"1\",127.8.9.20,{port},2c\n")), error);
        Assert.That(error, Is.EqualTo("14 addresses asked, 1 answered: 1 that count pages, 0 others, 0 that refused\n"));
        await File.WriteAllTextAsync(Path.Combine(directory, "d.csv"), output);
        Assert.That((await RunAsync("import", "devices", Path.Combine(directory, "d.csv"))).Status, Is.Zero);

        using var json = JsonDocument.Parse((await RunAsync("device", "discover", "127.8.9.20", "--port", port, "--format", "json")).Output);
        Assert.That(json.RootElement.GetProperty("kind").GetString(), Is.EqualTo("printer"));
        Assert.That(json.RootElement.GetProperty("identity").GetProperty("serial").GetString(), Is.EqualTo("S1"));
        Assert.That((await RunAsync("device", "discover", "127.8.9.21-22", "--port", port, "--timeout", "0.05")).Status, Is.EqualTo(1));
    }

    [Test]
    public async Task Discovery_takes_names_of_hosts_and_profiles_of_the_operator()
    {
        using var printer = new LoopbackPrinter("127.0.0.1");
        var profiles = Directory.CreateDirectory(Path.Combine(directory, "data", "profiles")).FullName;
        var file = Path.Combine(profiles, "acme.json");
        await File.WriteAllTextAsync(file, """
            { "name": "acme", "version": 1, "order": 5, "maker": "ACME", "match": {"sysObjectId": ["E.99999"]},
              "counters": [ { "role": "total", "function": "total", "unit": "impressions", "sum": ["P.10.2.1.4.1.1"] } ] }
            """);
        var port = printer.Port.ToString(CultureInfo.InvariantCulture);
        var (status, output, error) = await RunAsync("device", "discover", "localhost", "--port", port, "--timeout", "0.2", "--format", "json");
        Assert.That(status, Is.Zero, error);
        using var json = JsonDocument.Parse(output);
        Assert.That((json.RootElement.GetProperty("profile").GetString(), json.RootElement.GetProperty("address").GetString()), Is.EqualTo(("acme", "127.0.0.1")));
        await File.WriteAllTextAsync(file, "{ \"name\": \"acme\",\n \"version\": \"one\" }");
        (status, _, error) = await RunAsync("device", "discover", "localhost", "--port", port);
        Assert.That((status, error), Is.EqualTo((2, error)));
        Assert.That(error, Does.Contain("acme.json").And.Contain("line 2").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Probe_of_version_3_names_the_cause_when_nobody_answers()
    {
        using var printer = new LoopbackPrinter("127.8.9.30");
        var (status, output, error) = await RunAsync(
            "device", "probe", "127.8.9.30", "--port", "1", "--v3User", "reader", "--v3Auth", "SHA-256", "--v3AuthPassword", "sign-with-this", "--v3Priv", "AES", "--v3PrivPassword", "hide-with-this");
        Assert.That((status, output), Is.EqualTo((3, "")));
        Assert.That(error, Is.EqualTo(
            "127.8.9.30:1: no answer to SNMP version 3: the device is off, version 3 is off or blocked on the way; check power, network and the device's SNMP settings\n"));
    }

    [TestCase(2, "--v3Auth: only MD5, SHA, SHA1, SHA224, SHA256, SHA384, SHA512 are known", "device", "probe", "127.0.0.1", "--user", "u", "--auth", "ROT13")]
    [TestCase(2, "--version 3: SNMP version 3 needs a user name", "device", "probe", "127.0.0.1", "--version", "3")]
    [TestCase(2, "--version 3: the authentication password is shorter than 8 characters, which the standard forbids", "device", "probe", "127.0.0.1", "--user", "u", "--auth", "MD5", "--auth-password", "1234567")]
    [TestCase(2, "--version: only 1, 2c and 3 are known", "device", "probe", "127.0.0.1", "--version", "4")]
    [TestCase(2, "'10.0.0.0/8': more than 65536 addresses; look at them in parts", "device", "discover", "10.0.0.0/8")]
    [TestCase(2, "--rate: from 1 to 1000 addresses a second", "device", "discover", "10.0.0.1", "--rate", "0")]
    [TestCase(2, "needs --card-rules or --login-methods", "terminal", "configure", "t1")]
    [TestCase(2, "--login-methods: 'blood'", "terminal", "configure", "t1", "--login-methods", "card;blood")]
    [TestCase(1, "there is no terminal", "terminal", "configure", "t1", "--login-methods", "card")]
    [TestCase(1, "there is no user", "user", "pin", "nobody")]
    [TestCase(2, "--pair: needs 3 to", "card", "rule", "--pair", "A1=B1")]
    [TestCase(2, "--pair: pair 2 is not READER=DIRECTORY", "card", "rule", "--pair", "A1=B1", "--pair", "A2", "--pair", "A3=B3")]
    [TestCase(2, "Https:Port: ", "migrate", "--Https:Port=99999")]
    [TestCase(2, "Data:Provider: ", "migrate", "--Data:Provider=oracle")]
    [TestCase(2, "Data:NoSuchKey: ", "migrate", "--Data:NoSuchKey=1")]
    [TestCase(2, "bogus", "bogus")]
    [TestCase(2, "--role: ", "token", "create", "--role", "boss")]
    [TestCase(2, "--scope: ", "token", "create", "--role", "user", "--scope", "planet=x")]
    [TestCase(2, "--scope: must be one of", "token", "create", "--role", "manager", "--scope", "")]
    [TestCase(2, "--scope: must be one of", "token", "create", "--role", "manager", "--scope", "site=A", "--scope", "department=")]
    [TestCase(2, "--scope: must be one of", "token", "create", "--role", "manager", "--scope", "site=A\nsite=B")]
    [TestCase(2, "--scope: an organisation stands alone", "token", "create", "--role", "manager", "--scope", "site=A", "--scope", "organisation=default")]
    [TestCase(2, "--scope: an organisation stands alone", "token", "create", "--role", "dealer", "--scope", "dealer=North", "--scope", "site=A")]
    [TestCase(2, "nofile.csv: there is no such file", "import", "users", "nofile.csv")]
    [TestCase(2, "needs a name and --device", "terminal", "enrol-code", "box")]
    [TestCase(3, "the database can't be reached", "migrate", "--Data:Provider=postgres", "--Data:ConnectionString=Host=127.0.0.1;Port=1;Username=x;Timeout=2")]
    [TestCase(1, "there is no terminal", "terminal", "revoke", "t1")]
    [TestCase(1, "there is no user", "user", "activation-code", "nobody")]
    public async Task Fault_is_one_line_on_standard_error_with_its_status(int status, string message, params string[] args)
    {
        var (actual, output, error) = await RunAsync(args);
        Assert.That((actual, output), Is.EqualTo((status, "")), error);
        Assert.That(error, Does.Contain(message));
        Assert.That(error.TrimEnd('\n'), Does.Not.Contain('\n'));
    }

    [TestCase("audit")]
    [TestCase("audit", "--full", "--format", "json")]
    [TestCase("report", "users")]
    [TestCase("price", "list")]
    [TestCase("quota", "list")]
    [TestCase("webhook", "list")]
    public async Task Verb_that_only_reads_names_a_folder_without_a_database_and_makes_none(params string[] args)
    {
        var data = Path.Combine(directory, "data");
        var (status, output, error) = await RunAsync(args);
        Assert.That((status, output), Is.EqualTo((2, "")), error);
        Assert.That(error, Is.EqualTo($"Data:Directory: there is no database in {data} (copytrack.db is missing or empty); name the server's folder with --Data:Directory=DIR, or make one there with 'copytrack migrate'\n"));
        Assert.That(Directory.Exists(data), Is.False);

        Directory.CreateDirectory(data);
        await File.WriteAllBytesAsync(Path.Combine(data, "copytrack.db"), []);
        Assert.That((await RunAsync(args)).Status, Is.EqualTo(2), "an empty file is no database either");
        Assert.That((await RunAsync("migrate")).Status, Is.Zero);
        (status, _, error) = await RunAsync(args);
        Assert.That((status, error), Is.EqualTo((0, "")));
    }

    private async Task<(int Status, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var status = await CommandLine.RunAsync([.. args, $"--Data:Directory={Path.Combine(directory, "data")}"], output, error, default);
        return (status, output.ToString(), error.ToString());
    }
}
