using System.Net;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Files that are asked for all at once: some run, some wait, the rest are told to come again, whatever kind of file it is.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward, and one gate.
internal sealed class ManyExportsTests(Db db) : WebFixture(db)
{
    private static readonly string[] s_files =
    [
        "/Audit?handler=Csv", "/Receipts?handler=Csv", "/Prices?handler=ListsCsv", "/Prices?handler=QuotasCsv", "/Devices/hall?handler=MetersCsv", "/Devices/hall?handler=ChangesCsv",
        "/Reports/users.csv", "/Fleet/devices.csv", "/api/v1/users/alice/export", "/api/v1/reports/users?format=csv",
    ];

    // Nobody gives up waiting because the machine of the tests is slow.
    private static readonly ExportOptions s_bounds = new() { Patience = TimeSpan.FromMinutes(1) };

    [Test]
    public async Task Hundreds_of_exports_at_once_are_bounded_and_the_rest_come_again_later()
    {
        List<IDisposable?> held = await HoldAsync();
        int all = 200;
        Task<(HttpStatusCode Status, string? Wait, string Text)>[] asked = [.. Enumerable.Range(0, all).Select(i => AskAsync(s_files[i % s_files.Length], "en"))];
        // Whoever finds no room is told so while the others wait.
        HashSet<Task<(HttpStatusCode Status, string? Wait, string Text)>> open = [.. asked];
        while (open.Count > s_bounds.Waiting)
        {
            open.Remove(await Task.WhenAny(open));
        }

        held.ForEach(h => h!.Dispose());
        (HttpStatusCode Status, string? Wait, string Text)[] answers = await Task.WhenAll(asked);
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.TooManyRequests), Is.EqualTo(all - s_bounds.Waiting));
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.OK), Is.EqualTo(s_bounds.Waiting), "those that waited have their file");
        Assert.That(answers.Where(a => a.Status == HttpStatusCode.TooManyRequests).Select(a => a.Wait), Has.All.EqualTo("10"));
    }

    [Test]
    public async Task Every_kind_of_file_waits_at_the_gate_and_says_so_in_the_language_of_the_reader()
    {
        List<IDisposable?> held = await HoldAsync();
        // A crowd in front takes what room there is to wait.
        using CancellationTokenSource home = new();
        Task[] crowd = [.. Enumerable.Range(0, s_bounds.Waiting).Select(_ => Gate.EnterAsync(home.Token))];
        foreach (string file in s_files)
        {
            (HttpStatusCode status, _, string text) = await AskAsync(file, "de");
            Assert.That(status, Is.EqualTo(HttpStatusCode.TooManyRequests), file);
            Assert.That(file.StartsWith("/api", StringComparison.Ordinal) || text.Contains("Gerade werden zu viele Dateien exportiert.", StringComparison.Ordinal), Is.True, text);
        }

        using Browser administrator = await SignedInAsync();
        Assert.That((await administrator.PostAsync("/Users/alice", [], "Export")).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        using Browser staff = await PersonAsync("gated one", "staff");
        Assert.That((await staff.PostAsync("/My", [], "Export")).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        await home.CancelAsync();
        Assert.That(async () => await Task.WhenAll(crowd), Throws.InstanceOf<OperationCanceledException>());
        held.ForEach(h => h!.Dispose());
        Assert.That((await administrator.PostAsync("/Users/alice", [], "Export")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await staff.PostAsync("/My", [], "Export")).Status, Is.EqualTo(HttpStatusCode.OK), "places are given back");
    }

    [Test]
    public async Task What_can_not_be_exported_is_said_in_the_language_of_the_reader()
    {
        Assert.That((await AskAsync("/Reports/users.csv?user=zzz", "de")).Text, Is.EqualTo("Nicht vorhanden: Benutzer „zzz“."));
        Assert.That((await AskAsync("/Fleet/devices.csv?from=soon", "de")).Text, Does.Not.Contain(" is ").And.Not.Contain("date"));
    }

    private ExportGate Gate => Services.GetRequiredService<ExportGate>();

    protected override void AddMore(IServiceCollection services)
    {
        base.AddMore(services);
        services.Replace(ServiceDescriptor.Singleton(new ExportGate(s_bounds)));
    }

    /// <summary>Takes all places.</summary>
    private async Task<List<IDisposable?>> HoldAsync()
    {
        List<IDisposable?> held = [];
        for (int i = 0; i < s_bounds.AtOnce; i++)
        {
            held.Add(await Gate.EnterAsync(default));
        }

        return held;
    }

    /// <summary>Asks as the administrator, by session or by token.</summary>
    private async Task<(HttpStatusCode Status, string? Wait, string Text)> AskAsync(string path, string language)
    {
        using HttpClient client = new() { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (path.StartsWith("/api", StringComparison.Ordinal))
        {
            request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", Administrator);
        }
        else
        {
            request.Headers.Add("Cookie", string.Join("; ", Known.Cookies.Select(c => $"{c.Key}={c.Value}").Append($"__Host-copytrack-language={language}")));
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        return (response.StatusCode, response.Headers.RetryAfter?.ToString(), await response.Content.ReadAsStringAsync());
    }
}
