using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Identity.Secrets;

namespace CopyTrack.Server.Secrets;

/// <summary>The keys under which cards and PINs are hashed; follows the file, so that a rotation needs no restart.</summary>
public interface IHashKeys
{
    /// <summary>The ring as the file has it now (looked at once a second at most).</summary>
    KeyRing Current { get; }
}

/// <summary><c>hash-keys.json</c>: <c>{"keys": [{"id", "key": base64, "created", "retired": time or null}]}</c>.</summary>
internal sealed class HashKeyFile : IHashKeys
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private readonly string path;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private KeyRing ring;
    private DateTime stamp;
    private long looked;

    /// <summary>Reads the file; throws <see cref="SecretsException"/> when it can't be used.</summary>
    public HashKeyFile(string path, TimeProvider time)
    {
        this.path = path;
        this.time = time;
        looked = time.GetTimestamp();
        stamp = File.GetLastWriteTimeUtc(path);
        ring = Ring();
    }

    public KeyRing Current
    {
        get
        {
            lock (gate)
            {
                if (time.GetElapsedTime(looked) >= s_look)
                {
                    looked = time.GetTimestamp();
                    var changed = File.GetLastWriteTimeUtc(path);
                    if (changed != stamp)
                    {
                        ring = Ring();
                        stamp = changed;
                    }
                }
                return ring;
            }
        }
    }

    /// <summary>All keys of the file, retired ones too.</summary>
    public static IReadOnlyList<HashKey> Read(string path)
    {
        try
        {
            var content = JsonSerializer.Deserialize(File.ReadAllText(path), HashKeyJson.Default.HashKeyList);
            return [.. content!.Keys.Select(k => new HashKey(k.Id, Convert.FromBase64String(k.Key), k.Created, k.Retired))];
        }
        catch (Exception ex) when (ex is JsonException or FormatException or NullReferenceException)
        {
            throw new SecretsException($"{path} is damaged: restore it from a backup or from another node");
        }
    }

    /// <summary>Replaces the file.</summary>
    public static void Write(string path, IEnumerable<HashKey> keys)
    {
        var content = new HashKeyList([.. keys.Select(k => new StoredHashKey(k.Id, Convert.ToBase64String(k.Material.Span), k.CreatedAt, k.RetiredAt))]);
        PrivateFiles.Write(path, JsonSerializer.Serialize(content, HashKeyJson.Default.HashKeyList) + "\n");
    }

    private KeyRing Ring()
    {
        try
        {
            return new KeyRing(Read(path), time.GetUtcNow());
        }
        catch (ArgumentException ex)
        {
            throw new SecretsException($"{path}: {ex.Message}");
        }
    }
}

/// <summary>The file's root.</summary>
internal sealed record HashKeyList(IReadOnlyList<StoredHashKey> Keys);

/// <summary>One key in the file.</summary>
internal sealed record StoredHashKey(string Id, string Key, DateTimeOffset Created, DateTimeOffset? Retired);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HashKeyList))]
internal sealed partial class HashKeyJson : JsonSerializerContext;
