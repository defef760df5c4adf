using System.Collections.Concurrent;
using System.Net;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>An engine that was discovered: its id, its clock, and the keys that were used there last. Safe for use by many at once.</summary>
internal sealed class Engine(byte[] id, EngineClock clock, KeyCache cache)
{
    private readonly Lock _gate = new();
    private EngineClock _clock = clock;
    private volatile KeysOfUser? _last;
    private UInt128 _answered;

    public byte[] Id { get; } = id;

    /// <summary>What a message sent now must name.</summary>
    public (int Boots, int Time) TimesAt(long now)
    {
        lock (_gate)
        {
            return (_clock.Boots, _clock.TimeAt(now));
        }
    }

    /// <summary>Takes the times of a message that is signed rightly; false when it is outside the window.</summary>
    public bool Take(int boots, int time, long now)
    {
        lock (_gate)
        {
            (_clock, var inside) = _clock.Take(boots, time, now);
            return inside;
        }
    }

    /// <summary>Sets the clock to what a signed report said.</summary>
    public void Set(int boots, int time, long now)
    {
        lock (_gate)
        {
            _clock = EngineClock.Set(boots, time, now);
        }
    }

    /// <summary>The user's keys here; worked out at the first time, which takes milliseconds.</summary>
    public LocalKeys KeysOf(SnmpUser user)
    {
        if (_last is { } last && ReferenceEquals(last.User, user))
        {
            return last.Keys;
        }

        var keys = cache.For(user, Id);
        _last = new KeysOfUser(user, keys);
        return keys;
    }

    /// <summary>Remembers that the user got an answer.</summary>
    public void Answered(SnmpUser user)
    {
        lock (_gate)
        {
            _answered = user.Id;
        }
    }

    /// <summary>True when this user got an answer here, after which a silence means something else.</summary>
    public bool HasAnswered(SnmpUser user)
    {
        lock (_gate)
        {
            return _answered == user.Id;
        }
    }

    private sealed record KeysOfUser(SnmpUser User, LocalKeys Keys);
}

/// <summary>The engines by address. Bounded: a full table starts anew, and engines are discovered again.</summary>
internal sealed class EngineTable
{
    private const int MaxEngines = 65_536;
    private readonly ConcurrentDictionary<IPEndPoint, Engine> _engines = new();
    private readonly KeyCache _keys = new();

    public Engine? Find(IPEndPoint agent) => _engines.GetValueOrDefault(agent);

    /// <summary>Keeps what a discovery told.</summary>
    public Engine Put(IPEndPoint agent, Verdict.Discovered found, long now)
    {
        if (_engines.Count >= MaxEngines)
        {
            _engines.Clear();
        }

        return _engines[agent] = new Engine(found.EngineId, EngineClock.Told(found.Boots, found.Time, now), _keys);
    }

    /// <summary>Forgets this engine, unless another has taken its place meanwhile.</summary>
    public void Forget(IPEndPoint agent, Engine engine) => _engines.TryRemove(new(agent, engine));
}
