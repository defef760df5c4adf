using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Integration.Browser;

/// <summary>Debian's Chromium as <c>Tests/Browser/drive.mjs</c> drives it: people with a browser session each, who see and use pages by what is written on them.</summary>
internal sealed class Chromium(string address) : IAsyncDisposable
{
    private readonly BrowserScript script = new("drive.mjs", "--base", address);
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Somebody new with a window of their own; without script when <paramref name="script"/> is false.</summary>
    public async Task<Person> OpenAsync(string name, bool script = true, string locale = "en-GB", Person? like = null)
    {
        Person person = new(this, name);
        await person.DoAsync("open", ("script", script), ("locale", locale), ("like", like?.Name));
        return person;
    }

    /// <summary>Does one command and returns what it gives; fails the test with what the page showed.</summary>
    public async Task<JsonNode?> DoAsync(JsonObject command)
    {
        await one.WaitAsync();
        try
        {
            await script.SayAsync(command.ToJsonString());
            var answer = JsonNode.Parse(await script.LineAsync())!;
            return answer["failed"] is { } failed ? throw new AssertionException($"{command.ToJsonString()}\n{failed.GetValue<string>()}") : answer["done"];
        }
        finally
        {
            one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await script.DisposeAsync();
        one.Dispose();
    }
}
