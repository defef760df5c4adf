using System.Text;
using System.Text.Json;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Api;

/// <summary>Every member of every body of the document takes any value or refuses it with cause and next step.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class HostileBodyTests(Db db) : SiteFixture(db)
{
    private static readonly string[] s_values =
    [
        "null", "5", "-1", "1e400", "99999999999999999999999", "true", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\u202e=1+1\"", $"\"{new string('x', 5000)}\"", "[]", "[null]", "[[]]", "[1]",
        "[\"\"]", "[\"a\",\"a\"]", $"[{string.Join(',', Enumerable.Repeat("\"a\"", 3000))}]", "{}", "{\"a\":1}",
    ];

    [Test]
    public async Task No_value_of_any_member_is_more_than_refused()
    {
        JsonElement document = await GetAsync("/api/v1/openapi.json", "");
        int refused = 0;
        List<string> faults = [];
        foreach ((HttpMethod method, string path, string member) in Members(document))
        {
            foreach (string value in s_values)
            {
                string body = $"{{\"{member}\":{value}}}";
                (System.Net.HttpStatusCode code, JsonElement answer) = await CallAsync(method, path, new StringContent(body, Encoding.UTF8, "application/json"));

                if ((int)code >= 400)
                {
                    refused++;
                    if ((int)code >= 500 || string.IsNullOrEmpty(answer.GetProperty("detail").GetString()) || string.IsNullOrEmpty(answer.GetProperty("action").GetString()))
                    {
                        faults.Add($"{method} {path} {body[..Math.Min(body.Length, 100)]}: {answer}");
                    }
                }
            }
        }

        Assert.That(faults, Is.Empty);
        Assert.That(refused, Is.GreaterThan(100));
    }

    [Test]
    public async Task A_group_without_a_name_is_refused()
    {
        (System.Net.HttpStatusCode code, JsonElement answer) = await CallAsync(HttpMethod.Put, "/api/v1/users/nameless", new StringContent("{\"groups\":[null]}", Encoding.UTF8, "application/json"));

        Assert.That((int)code, Is.EqualTo(400), answer.ToString());
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users/nameless")).Status, Is.EqualTo(System.Net.HttpStatusCode.NotFound));
    }

    private static IEnumerable<(HttpMethod Method, string Path, string Member)> Members(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Value.TryGetProperty("requestBody", out _)
        let reference = operation.Value.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()!
        from member in document.GetProperty("components").GetProperty("schemas").GetProperty(reference[(reference.LastIndexOf('/') + 1)..]).GetProperty("properties").EnumerateObject()
        where !path.Name.Contains("discover", StringComparison.Ordinal)
        select (new HttpMethod(operation.Name.ToUpperInvariant()), "/api/v1" + path.Name.Replace("{username}", "mallory", StringComparison.Ordinal).Replace("{name}", "evil", StringComparison.Ordinal), member.Name);
}
