using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent;

/// <summary>The manager did not answer, or not with what it should; trying again later may help.</summary>
public sealed class ManagerAwayException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when what was sent is longer than the manager, or something on the way to it, takes.</summary>
    public bool IsTooLong { get; init; }
}

/// <summary>The agent's way to its manager. It only opens connections; nothing listens.</summary>
internal sealed class ManagerLink : IDisposable
{
    // The longest is an offer of an update with its manifest.
    private const int LongestAnswer = 80 * 1024;
    private const string AuthorityFile = "manager-ca.cer";

    private readonly HttpClient _http;
    private readonly Uri _manager;

    private ManagerLink(Uri manager, HttpMessageHandler handler)
    {
        _manager = manager;
        _http = new HttpClient(handler) { BaseAddress = manager, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = LongestAnswer };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("copytrack-agent");
    }

    /// <summary>Bytes sent in messages, envelopes included.</summary>
    public long Sent { get; private set; }

    /// <summary>The link of the settings. Where a CA's fingerprint is set, the CA's certificate is fetched once and kept; throws <see cref="ManagerAwayException"/> when that fails.</summary>
    public static async Task<ManagerLink> OpenAsync(AgentSettings settings, StateFolder folder, CancellationToken cancellationToken)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, PooledConnectionLifetime = TimeSpan.FromHours(1), ConnectTimeout = TimeSpan.FromSeconds(15) };
        if (settings.CaFingerprint is { } fingerprint && settings.Manager.Scheme == "https")
        {
            var authority = await AuthorityAsync(settings.Manager, fingerprint, folder, cancellationToken);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                certificate is X509Certificate2 leaf && (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) == 0 && EndsIn(authority, leaf);
        }

        return new ManagerLink(settings.Manager, handler);
    }

    /// <summary>Sends a request for enrolment and gives the answer. Throws <see cref="AgentException"/> when it is refused or would not be private, <see cref="ManagerAwayException"/> when nobody answers.</summary>
    public async Task<byte[]> EnrolAsync(byte[] request, CancellationToken cancellationToken)
    {
        if (_manager.Scheme != "https")
        {
            throw new AgentException("manager: an agent is enrolled over https only, because the code must not be read on the way");
        }

        using var answer = await PostAsync("fleet/v1/enrolments", request, cancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(cancellationToken)
            : answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest ? throw new AgentException("the manager refused the code: it is wrong, used or expired; ask for a new one")
            : throw new ManagerAwayException($"the manager answered {(int)answer.StatusCode}");
    }

    /// <summary>Sends a message and gives the manager's signed word. Throws <see cref="ManagerAwayException"/> for anything else.</summary>
    public async Task<Acknowledgement> SendAsync(byte[] message, ECDsa managerKey, CancellationToken cancellationToken)
    {
        using var answer = await PostAsync("fleet/v1/messages", message, cancellationToken);
        Sent += message.Length;
        return answer.IsSuccessStatusCode
            ? await ReadAsync(answer, bytes => Acknowledgement.Read(bytes, managerKey), cancellationToken)
            : answer.StatusCode is HttpStatusCode.RequestEntityTooLarge ? throw new ManagerAwayException("the message is called too long (413)") { IsTooLong = true }
            : throw new ManagerAwayException(answer.StatusCode is HttpStatusCode.Forbidden ? "the manager does not know this agent, or has revoked it; enrol again" : $"the manager answered {(int)answer.StatusCode}");
    }

    /// <summary>Asks what the manager wants.</summary>
    public Task<FleetWants> AskAsync(string agent, DateTimeOffset now, ECDsa own, ECDsa managerKey, CancellationToken cancellationToken)
    {
        var nonce = Nonce();
        return AskAsync("fleet/v1/wants", FleetWants.Ask(agent, nonce, now, own), bytes => FleetWants.Read(bytes, agent, nonce, managerKey), cancellationToken);
    }

    /// <summary>Asks which messages from <paramref name="first"/> on the manager keeps.</summary>
    public Task<FleetReceived> ReceivedAsync(string agent, long first, DateTimeOffset now, ECDsa own, ECDsa managerKey, CancellationToken cancellationToken)
    {
        var nonce = Nonce();
        return AskAsync("fleet/v1/received", FleetReceived.Ask(agent, nonce, first, now, own), bytes => FleetReceived.Read(bytes, agent, nonce, managerKey), cancellationToken);
    }

    /// <summary>Tells how the agent stands and asks for an update: the manifest's bytes, not yet checked, or nothing. A manager that knows no updates offers nothing, and its answer counts for nothing.</summary>
    internal Task<ReadOnlyMemory<byte>> UpdateAsync(AgentIdentity identity, Func<string, UpdateReport> report, CancellationToken cancellationToken)
    {
        var nonce = Nonce();
        return AskAsync("fleet/v1/updates", report(nonce).Seal(identity.Key), bytes => UpdateOffer.Read(bytes, identity.Agent, nonce, identity.Manager), cancellationToken);
    }

    /// <summary>Begins to fetch an archive at an offset; the caller reads it and disposes of it.</summary>
    internal async Task<ArchiveAnswer> ArchiveAsync(AgentIdentity identity, string hash, long from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "fleet/v1/package");
        request.Headers.Add("CopyTrack-Ask", Convert.ToBase64String(new ArchiveRequest(identity.Agent, Nonce(), now, hash).Seal(identity.Key)));
        request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
        var answer = await RunAsync(request, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
        if (answer.IsSuccessStatusCode)
        {
            return new ArchiveAnswer(answer, await answer.Content.ReadAsStreamAsync(cancellationToken), answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == from);
        }

        answer.Dispose();
        throw new ManagerAwayException($"the manager answered {(int)answer.StatusCode} to the question for a package");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Nonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task<T> AskAsync<T>(string path, byte[] question, Func<byte[], T> read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("CopyTrack-Ask", Convert.ToBase64String(question));
        using var answer = await RunAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode ? await ReadAsync(answer, read, cancellationToken) : throw new ManagerAwayException($"the manager answered {(int)answer.StatusCode}");
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, Func<byte[], T> read, CancellationToken cancellationToken)
    {
        try
        {
            return read(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (FleetFormatException e)
        {
            throw new ManagerAwayException($"what answered is not the manager that enrolled this agent: {e.Message}", e);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await RunAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> RunAsync(HttpRequestMessage request, CancellationToken cancellationToken, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        try
        {
            return await _http.SendAsync(request, until, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ManagerAwayException($"the manager is not reached: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private static async Task<X509Certificate2> AuthorityAsync(Uri manager, string fingerprint, StateFolder folder, CancellationToken cancellationToken)
    {
        if (folder.Read(AuthorityFile) is { } kept && IsIt(kept))
        {
            return X509CertificateLoader.LoadCertificate(kept);
        }

        // Whoever answers here proves nothing; the fingerprint, which came with the code, does.
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        using var http = new HttpClient(handler) { BaseAddress = manager, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = 64 * 1024 };
        try
        {
            var found = await http.GetByteArrayAsync("fleet/v1/ca", cancellationToken);
            if (IsIt(found))
            {
                folder.Write(AuthorityFile, found);
                return X509CertificateLoader.LoadCertificate(found);
            }
        }
        catch (Exception e) when (e is HttpRequestException or CryptographicException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ManagerAwayException($"the manager's CA can't be fetched: {e.Message}", e);
        }

        throw new AgentException("caFingerprint: the manager has another CA; is it the right manager?");

        bool IsIt(byte[] certificate) => Convert.ToHexString(SHA256.HashData(certificate)).Equals(fingerprint, StringComparison.OrdinalIgnoreCase);
    }

    private static bool EndsIn(X509Certificate2 authority, X509Certificate2 leaf)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(leaf);
    }
}

/// <summary>An archive on its way. <see cref="IsPart"/>: it goes on where it was asked to; else it begins anew.</summary>
internal sealed record ArchiveAnswer(HttpResponseMessage Message, Stream Content, bool IsPart) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Message.Dispose();
}
