using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Receipts;

/// <summary>What must be refused by a clear fault or problem: nothing is booked, and the administrator sees the attempt.</summary>
[Parallelizable] // It has a server of its own and waits most of the time.
internal sealed class HostileMessageTests
{
    private const string Ns = "urn:copytrack:accounting:1";
    private const string Good = "<receipt><bootId>b</bootId><jobId>1</jobId><service>copy</service><endedAt>2026-01-01T00:00:00Z</endedAt><pages><impressions>3</impressions></pages></receipt>";

    [Test]
    public async Task Nothing_hostile_is_booked_and_every_attempt_is_shown()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite);
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        using var http = Client(site, "hall", secret);
        foreach (var (what, body) in Bad())
        {
            foreach (var (media, envelope, sender, status) in ((string, string, string, int)[])
                [("text/xml", "http://schemas.xmlsoap.org/soap/envelope/", "Client", 500), ("application/soap+xml", "http://www.w3.org/2003/05/soap-envelope", "Sender", 400)])
            {
                var text = body.Replace("ENV", envelope, StringComparison.Ordinal);
                var (code, answer) = await PostAsync(http, "soap/accounting", new StringContent(text, Encoding.UTF8, media));
                Assert.That((code, answer.Contains($"env:{sender}", StringComparison.Ordinal)), Is.EqualTo((status, true)), $"{what}: {answer}");
                Assert.That(answer, Does.Not.Contain("   at ").And.Not.Contain("Exception"), what);
            }
        }

        var huge = new StringContent($"<x>{new string('a', 700_000)}</x>", Encoding.UTF8, "text/xml");
        Assert.That((await PostAsync(http, "soap/accounting", huge)).Status, Is.EqualTo(413));
        var endless = new StreamContent(new Endless(100_000_000));
        endless.Headers.ContentType = new MediaTypeHeaderValue("text/xml");
        Assert.That(await RefusedAsync(http, endless), Is.EqualTo(413), "100 MB without a length, of which little is read");
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[50_000_000]);
        }

        var packed = new ByteArrayContent(bomb.ToArray());
        packed.Headers.ContentType = new MediaTypeHeaderValue("text/xml");
        packed.Headers.ContentEncoding.Add("gzip");
        Assert.That((await PostAsync(http, "soap/accounting", packed)).Status, Is.EqualTo(415));
        Assert.That((await PostAsync(http, "api/v1/accounting/jobs", new StringContent("PK\u0003\u0004", Encoding.Latin1, "application/zip"))).Status, Is.EqualTo(415));
        foreach (var json in Jsons())
        {
            var (code, answer) = await PostAsync(http, "api/v1/accounting/jobs", new StringContent(json, Encoding.UTF8, "application/json"));
            Assert.That(code, Is.EqualTo(400), $"{json}: {answer}");
            Assert.That(JsonNode.Parse(answer)!["action"]!.GetValue<string>(), Is.Not.Empty);
        }

        using var other = Client(site, "cellar", secret);
        Assert.That((await PostAsync(other, "api/v1/accounting/jobs", Json("x1", 1))).Status, Is.EqualTo(401), "the secret of another device");
        using var wrong = Client(site, "hall", "cd_" + new string('A', 43));
        Assert.That((await PostAsync(wrong, "soap/accounting", Soap(Good))).Status, Is.EqualTo(401));
        Assert.That(await site.ScalarAsync("select count(*) from receipt"), Is.Zero, "nothing was kept");

        using var admin = await site.ClientAsync();
        var attempts = JsonNode.Parse(await admin.GetStringAsync("api/v1/accounting/attempts?limit=200"))!["items"]!.AsArray();
        Assert.That(attempts.Select(a => a!["kind"]!.GetValue<string>()), Does.Contain("message").And.Contain("credential").And.Contain("body"));

        // The same in XML and JSON is one receipt; unknown paper is taken as text.
        var (good, told) = await PostAsync(http, "api/v1/accounting/jobs", new StringContent($"<SendReceipts xmlns=\"{Ns}\">{Good}</SendReceipts>", Encoding.UTF8, "application/xml"));
        Assert.That((good, told.Contains("accepted", StringComparison.Ordinal)), Is.EqualTo((200, true)), told);
        Assert.That((await PostAsync(http, "api/v1/accounting/jobs", Json("1", 3))).Body, Does.Contain("duplicate"));
        Assert.That((await PostAsync(http, "api/v1/accounting/jobs", Json("1", 4))).Body, Does.Contain("conflict"));
        Assert.That((await PostAsync(http, "api/v1/accounting/jobs", Json("2", 3, "My own paper"))).Body, Does.Contain("accepted"));
        var conflicts = JsonNode.Parse(await admin.GetStringAsync("api/v1/accounting/conflicts"))!["items"]!.AsArray();
        Assert.That(conflicts, Has.Count.EqualTo(1));

        await site.GoodAsync("device", "credential", "hall", "--revoke");
        var refused = 0;
        for (var tries = 0; tries < 40 && refused != 401; tries++)
        {
            await Task.Delay(250);
            refused = (await PostAsync(http, "api/v1/accounting/jobs", Json("3", 1))).Status;
        }

        Assert.That(refused, Is.EqualTo(401), "a revoked secret ends within seconds");
    }

    [Test]
    public async Task Device_that_floods_is_told_to_wait_and_the_administrator_sees_it()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite, "--Receipts:PerSecond=3");
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        using var http = Client(site, "hall", secret);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
        {
            using var response = n % 2 == 0 ? await http.PostAsync("api/v1/accounting/jobs", Json($"flood {n}", 1)) : await http.PostAsync("soap/accounting", Soap(Good.Replace(">1<", $">soap {n}<", StringComparison.Ordinal)));
            return (Status: (int)response.StatusCode, Wait: response.Headers.RetryAfter?.Delta);
        }));
        var taken = answers.Count(a => a.Status == 200);
        Assert.That(taken, Is.InRange(6, 20), "twice the rate at once, then the rate");
        Assert.That(answers.Where(a => a.Status != 200), Has.All.EqualTo((429, (TimeSpan?)TimeSpan.FromSeconds(1))));
        Assert.That(await site.ScalarAsync("select count(*) from receipt"), Is.EqualTo(taken), "the refused ones were not kept");
        Assert.That(await site.ScalarAsync("select count(*) from device_attempt where kind = 'rate' and device_id is not null"), Is.Positive);
    }

    [Test]
    public async Task The_contract_is_told_without_a_credential()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite);
        using var http = Client(site, "hall", "none");
        var wsdl = await http.GetStringAsync("soap/accounting?wsdl");
        Assert.That(wsdl, Does.Contain($"location=\"https://localhost:{site.HttpsPort}/soap/accounting\"").And.Contain("targetNamespace=\"urn:copytrack:accounting:1\"").And.Not.Contain("schemaLocation"));
        Assert.That(await http.GetStringAsync("soap/accounting?xsd"), Does.Contain("JobReceipt"));
    }

    private static IEnumerable<(string What, string Body)> Bad()
    {
        static string In(string message) => $"<e:Envelope xmlns:e=\"ENV\"><e:Body>{message}</e:Body></e:Envelope>";
        static string Receipts(string receipts) => In($"<SendReceipts xmlns=\"{Ns}\">{receipts}</SendReceipts>");
        yield return ("no XML", "not xml");
        yield return ("empty", "");
        yield return ("DTD", $"<!DOCTYPE a [<!ENTITY x \"y\">]>{Receipts(Good)}");
        yield return ("external entity", $"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{Receipts(Good.Replace("copy", "&x;", StringComparison.Ordinal))}");
        yield return ("billion laughs", "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><l>&b;</l>");
        yield return ("deep", In(string.Concat(Enumerable.Repeat("<a>", 5000)) + string.Concat(Enumerable.Repeat("</a>", 5000))));
        yield return ("wide", In($"<a>{string.Concat(Enumerable.Repeat("<b/>", 30_000))}</a>"));
        yield return ("wrong namespace", In($"<SendReceipts xmlns=\"urn:other\">{Good}</SendReceipts>"));
        yield return ("no namespace", In($"<SendReceipts>{Good}</SendReceipts>"));
        yield return ("unknown operation", In($"<SendReceiptsResponse xmlns=\"{Ns}\"/>"));
        yield return ("negative", Receipts(Good.Replace(">3<", ">-3<", StringComparison.Ordinal)));
        yield return ("absurd", Receipts(Good.Replace(">3<", ">99999999999<", StringComparison.Ordinal)));
        yield return ("sheets above impressions", Receipts(Good.Replace("</impressions>", "</impressions><sheets>4</sheets>", StringComparison.Ordinal)));
        yield return ("unknown element", Receipts(Good.Replace("<service>", "<evil/><service>", StringComparison.Ordinal)));
        yield return ("no key", Receipts(Good.Replace("<jobId>1</jobId>", "", StringComparison.Ordinal)));
        yield return ("time", Receipts(Good.Replace("2026-01-01T00:00:00Z", "yesterday", StringComparison.Ordinal)));
        yield return ("far time", Receipts(Good.Replace("2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", StringComparison.Ordinal)));
        yield return ("too many", Receipts(string.Concat(Enumerable.Repeat(Good, 101))));
        yield return ("two in the body", In($"<SendReceipts xmlns=\"{Ns}\">{Good}</SendReceipts><Heartbeat xmlns=\"{Ns}\"><panel>locked</panel></Heartbeat>"));
        yield return ("must be understood", $"<e:Envelope xmlns:e=\"ENV\"><e:Header><s e:mustUnderstand=\"1\"/></e:Header><e:Body><SendReceipts xmlns=\"{Ns}\">{Good}</SendReceipts></e:Body></e:Envelope>");
        yield return ("a session of nobody", Receipts(Good.Replace("<endedAt>", "<session>x</session><endedAt>", StringComparison.Ordinal)));
        yield return ("login without a card", In($"<Authenticate xmlns=\"{Ns}\"><method>card</method></Authenticate>"));
    }

    private static IEnumerable<string> Jsons() =>
    [
        "", "null", "[]", "{}", "{\"receipts\":null}", "{\"receipts\":[]}", "{\"receipts\":[null]}", "{\"receipts\":[{\"service\":\"copy\"}]}",
        "{\"receipts\":[{\"bootId\":\"b\",\"jobId\":\"1\",\"service\":\"fly\",\"endedAt\":\"2026-01-01T00:00:00Z\"}]}",
        "{\"receipts\":[{\"bootId\":\"b\",\"jobId\":\"1\",\"service\":\"copy\",\"endedAt\":\"2026-01-01T00:00:00Z\",\"pages\":[{\"impressions\":1e30}]}]}",
        "{\"receipts\":[{\"bootId\":\"b\",\"jobId\":\"1\",\"service\":\"copy\",\"endedAt\":\"2026-01-01T00:00:00Z\",\"pages\":[{\"impressions\":-1}]}]}",
        "{\"receipts\":[{\"bootId\":\"b\",\"jobId\":\"\\ud800\",\"service\":\"copy\",\"endedAt\":\"2026-01-01T00:00:00Z\"}]}",
        "{\"receipts\":[{\"bootId\":\"b\",\"jobId\":\"1\",\"service\":\"copy\",\"endedAt\":\"2026-01-01T00:00:00Z\",\"unknown\":1}]}",
        "{\"receipts\":" + new string('[', 3000) + new string(']', 3000) + "}",
    ];

    private static StringContent Json(string job, int impressions, string? media = null) => new(
        $$"""{"receipts":[{"bootId":"b","jobId":"{{job}}","service":"copy","endedAt":"2026-01-01T00:00:00Z","pages":[{"impressions":{{impressions}}{{(media is null ? "" : $",\"media\":\"{media}\"")}}}]}]}""",
        Encoding.UTF8, "application/json");

    private static StringContent Soap(string receipt) => new(
        $"<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><SendReceipts xmlns=\"{Ns}\">{receipt}</SendReceipts></e:Body></e:Envelope>", Encoding.UTF8, "text/xml");

    private static async Task<(int Status, string Body)> PostAsync(HttpClient http, string path, HttpContent content)
    {
        using var response = await http.PostAsync(path, content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The status of a body that the server does not read to its end; a cut connection is 413 as well.</summary>
    private static async Task<int> RefusedAsync(HttpClient http, HttpContent content)
    {
        try
        {
            return (await PostAsync(http, "soap/accounting", content)).Status;
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            return 413;
        }
    }

    private sealed class Endless(long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var n = (int)Math.Min(left, count);
            buffer.AsSpan(offset, n).Fill((byte)'a');
            left -= n;
            return n;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private static HttpClient Client(LiveSite site, string name, string secret)
    {
        var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = new Uri($"https://localhost:{site.HttpsPort}/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secret}")));
        return http;
    }
}
