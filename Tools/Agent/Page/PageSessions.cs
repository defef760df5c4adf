using System.Security.Cryptography;

namespace CopyTrack.Agent.Page;

/// <summary>Who is signed in: in memory alone, so that a restart ends all. Bounded; guessing is held back for all together, because a site has one page and few people.</summary>
internal sealed class PageSessions(AgentPageSettings settings, TimeProvider time) : IDisposable
{
    private const int MostSessions = 100, MostFailures = 10;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(30), Window = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (AgentAccount Account, DateTimeOffset Until)> _sessions = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _failures = new();
    // A hash takes a core for a moment: one at a time, and no queue that never ends.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The account of a cookie; null when it is nobody's or too old.</summary>
    public AgentAccount? Find(string? token)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (token is null || !_sessions.TryGetValue(token, out var session) || session.Until < now)
            {
                return null;
            }

            _sessions[token] = (session.Account, now + Idle);
            return session.Account;
        }
    }

    /// <summary>Signs in: the cookie's value; null with <paramref name="wait"/> told when too many were wrong a moment ago, null without when name or password is wrong.</summary>
    public async Task<(string? Token, bool Wait)> SignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        if (!await _one.WaitAsync(TimeSpan.FromSeconds(5), cancellationToken))
        {
            return (null, true);
        }

        try
        {
            var now = time.GetUtcNow();
            lock (_gate)
            {
                while (_failures.TryPeek(out var at) && now - at > Window)
                {
                    _failures.Dequeue();
                }

                if (_failures.Count >= MostFailures)
                {
                    return (null, true);
                }
            }

            var account = settings.Accounts.FirstOrDefault(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            var fits = password.Length <= PagePassword.Most && await Task.Run(() => PagePassword.Fits(password, account?.PasswordHash), cancellationToken);
            lock (_gate)
            {
                if (!fits || account is null)
                {
                    _failures.Enqueue(now);
                    return (null, false);
                }

                foreach (var old in _sessions.Where(s => s.Value.Until < now).Select(s => s.Key).ToList())
                {
                    _sessions.Remove(old);
                }

                if (_sessions.Count >= MostSessions)
                {
                    _sessions.Clear();
                }

                var token = RandomNumberGenerator.GetHexString(64, lowercase: true);
                _sessions[token] = (account, now + Idle);
                return (token, false);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Ends a session.</summary>
    public void End(string? token)
    {
        lock (_gate)
        {
            _sessions.Remove(token ?? "");
        }
    }

    public void Dispose() => _one.Dispose();
}
