using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Integration.Browser;

/// <summary>What somebody gets at an address.</summary>
internal sealed record Got(int Status, string Type, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>Somebody at a browser. Fields, buttons and links are named by their words; <c>row</c> and <c>section</c> narrow where they are looked for.</summary>
internal sealed class Person(Chromium browser, string name)
{
    public string Name => name;

    /// <summary>Goes to an address; returns all that is shown.</summary>
    public async Task<string> GoAsync(string path) => (await DoAsync("go", ("path", path)))!["text"]!.GetValue<string>();

    /// <summary>Goes to an address; returns its status.</summary>
    public async Task<int> StatusAsync(string path) => (await DoAsync("go", ("path", path)))!["status"]!.GetValue<int>();

    public Task FillAsync(string label, string value, string? row = null, string? section = null) => DoAsync("fill", ("label", label), ("value", value), ("row", row), ("section", section));

    public Task ChooseAsync(string label, string value, string? section = null) => DoAsync("choose", ("label", label), ("value", value), ("section", section));

    public Task TickAsync(string label, bool on, string? section = null) => DoAsync("tick", ("label", label), ("value", on), ("section", section));

    /// <summary>Chooses a file of this name and text.</summary>
    public Task FileAsync(string label, string file, string text) => DoAsync("file", ("label", label), ("name", file), ("value", text));

    public Task PressAsync(string button, string? row = null, string? section = null) => DoAsync("press", ("button", button), ("row", row), ("section", section));

    public Task FollowAsync(string link, string? row = null, string? section = null) => DoAsync("follow", ("link", link), ("row", row), ("section", section));

    public Task UnfoldAsync(string summary) => DoAsync("unfold", ("label", summary));

    /// <summary>Waits until a text is shown; returns the whole of the part.</summary>
    public async Task<string> SeesAsync(string text, string? row = null, string? section = null) =>
        (await DoAsync("see", ("text", text), ("row", row), ("section", section)))!.GetValue<string>();

    /// <summary>What stands there now.</summary>
    public async Task<string> TextAsync(string? inside = null, string? row = null, string? section = null) =>
        (await DoAsync("text", ("in", inside), ("row", row), ("section", section)))!.GetValue<string>();

    /// <summary>The page as it was sent, with what scripts made of it.</summary>
    public async Task<string> SourceAsync() => (await DoAsync("source"))!.GetValue<string>();

    /// <summary>Path and query of the page.</summary>
    public async Task<string> PathAsync() => (await DoAsync("path"))!.GetValue<string>();

    /// <summary>Where links of menu and page lead.</summary>
    public async Task<string[]> LinksAsync() => [.. (await DoAsync("links"))!.AsArray().Select(l => l!.GetValue<string>())];

    /// <summary>The first table, line by line, its headings first.</summary>
    public async Task<string[][]> TableAsync(string? section = null) =>
        [.. (await DoAsync("table", ("section", section)))!.AsArray().Select(r => r!.AsArray().Select(c => c!.GetValue<string>()).ToArray())];

    /// <summary>Takes the file behind a link, or behind a button; returns its name.</summary>
    public async Task<string> DownloadAsync(string to, string? link = null, string? button = null) =>
        (await DoAsync("download", ("to", to), ("link", link), ("button", button)))!.GetValue<string>();

    /// <summary>What the browser's session gets at an address, without a redirect being followed.</summary>
    public async Task<Got> FetchAsync(string path)
    {
        var got = (await DoAsync("fetch", ("path", path)))!;
        return new Got(got["status"]!.GetValue<int>(), got["type"]!.GetValue<string>(), Convert.FromBase64String(got["body"]!.GetValue<string>()));
    }

    /// <summary>Begins to listen to the live stream as the pages' script does.</summary>
    public Task ListenAsync() => DoAsync("listen");

    /// <summary>All that the live stream told so far, once it told of this topic.</summary>
    public async Task<JsonArray> HeardAsync(string topic) => (await DoAsync("heard", ("topic", topic)))!.AsArray();

    /// <summary>Makes the account of a set-up code, with a second step, and signs in.</summary>
    public Task SetUpAsync(string code) => DoAsync("setUp", ("code", code), ("name", name));

    /// <summary>Signs in by name and password.</summary>
    public async Task SignInAsync(string user, string password)
    {
        await GoAsync("/SignIn");
        await FillAsync("Name", user);
        await FillAsync("Password", password);
        await PressAsync("Sign in");
        Assert.That(await PathAsync(), Does.Not.StartWith("/SignIn"), await TextAsync());
    }

    public Task CloseAsync() => DoAsync("close");

    /// <summary>Does one command of the script with what is given.</summary>
    public Task<JsonNode?> DoAsync(string verb, params (string Name, object? Value)[] members)
    {
        JsonObject command = new() { ["do"] = verb, ["as"] = name };
        foreach (var (member, value) in members.Where(m => m.Value is not null))
        {
            command[member] = value is bool flag ? JsonValue.Create(flag) : JsonValue.Create((string)value!);
        }

        return browser.DoAsync(command);
    }
}
