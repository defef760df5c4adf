using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CopyTrack.Accounting.Fleet;

namespace CopyTrack.LoadGenerator.Agents;

/// <summary>What a load of agents needs of the manager beside its door for messages: customers and sites, codes, enrolment, and how many messages wait.</summary>
internal sealed class AgentSite : IDisposable
{
    private const int Customers = 20;

    private readonly HttpClient _client;
    private readonly AuthenticationHeaderValue _token;

    public AgentSite(Uri manager, string token)
    {
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 8, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = manager };
        _token = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Enrols so many agents, spread over customers with a site each.</summary>
    public async Task<LoadAgent[]> EnrolAsync(int count, int devices, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Math.Min(count, Customers); i++)
        {
            await CallAsync(HttpMethod.Put, $"fleet/nodes/customer {i}", new { kind = "customer" }, cancellationToken);
            await CallAsync(HttpMethod.Put, $"fleet/nodes/site {i}", new { kind = "site", parent = $"customer {i}" }, cancellationToken);
        }

        var agents = new LoadAgent[count];
        for (var i = 0; i < count; i++)
        {
            agents[i] = new LoadAgent(i.ToString(CultureInfo.InvariantCulture), devices);
            var code = await CallAsync(HttpMethod.Post, $"fleet/agents/agent {i}/code", new { site = $"site {i % Customers}" }, cancellationToken);
            using var request = new ByteArrayContent(EnrolmentRequest.Seal(code.GetProperty("code").GetString()!, agents[i].Key));
            using var answer = await _client.PostAsync(new Uri("fleet/v1/enrolments", UriKind.Relative), request, cancellationToken);
            answer.EnsureSuccessStatusCode();
            agents[i].Id = EnrolmentAnswer.Read(await answer.Content.ReadAsByteArrayAsync(cancellationToken), agents[i].Key).Agent;
            // The API lets a token make 100 requests a second.
            await Task.Delay(8, cancellationToken);
        }

        return agents;
    }

    /// <summary>Waits until nothing that was acknowledged waits to be brought into the ledger.</summary>
    public async Task AppliedAsync(CancellationToken cancellationToken)
    {
        while ((await CallAsync(HttpMethod.Get, "fleet/agents", null, cancellationToken)).GetProperty("items").EnumerateArray().Sum(a => a.GetProperty("waiting").GetInt64()) > 0)
        {
            await Task.Delay(1000, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/v1/" + path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = _token;
        using var answer = await _client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}
