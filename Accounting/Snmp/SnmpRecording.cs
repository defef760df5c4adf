using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace CopyTrack.Accounting.Snmp;

/// <summary>A line of a recording that could not be used, and why. Lines count from 1.</summary>
public sealed record RecordingWarning(int Line, string Reason);

/// <summary>
/// A device's objects as written down in a <c>.snmprec</c> file: one line per object, <c>OID|tag|value</c>, the tag being the BER tag number,
/// with an <c>x</c> behind it when the value is in hexadecimal. The rows are sorted, whatever order the file had. Immutable.
/// </summary>
public sealed class SnmpRecording
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaxFileLength = 64 * 1024 * 1024;

    private readonly Dictionary<ObjectIdentifier, int> _index;

    private SnmpRecording(ImmutableArray<VarBind> rows, ImmutableArray<RecordingWarning> warnings)
    {
        Rows = rows;
        Warnings = warnings;
        _index = new Dictionary<ObjectIdentifier, int>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            _index[rows[i].Oid] = i;
        }
    }

    /// <summary>All readable objects, in ascending order, each name once.</summary>
    public ImmutableArray<VarBind> Rows { get; }

    /// <summary>The lines that were left out.</summary>
    public ImmutableArray<RecordingWarning> Warnings { get; }

    /// <summary>Reads a file. Throws <see cref="IOException"/> as the base library does, and <see cref="InvalidDataException"/> for one over 64 MiB.</summary>
    public static SnmpRecording Load(string path) =>
        new FileInfo(path).Length > MaxFileLength
            ? throw new InvalidDataException("the recording is longer than 64 MiB")
            : Parse(File.ReadAllBytes(path));

    /// <summary>Reads a file and, merged under it, every <c>NAME@CONTEXT.snmprec</c> beside it: the same device in another SNMP context. Throws as <see cref="Load"/> does.</summary>
    public static SnmpRecording LoadWithContexts(string path)
    {
        var recording = Load(path);
        var name = Path.GetFileNameWithoutExtension(path);
        if (name.Contains('@', StringComparison.Ordinal))
        {
            return recording;
        }

        return Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!)
            .Where(f => Path.GetFileName(f).StartsWith(name + "@", StringComparison.Ordinal) && f.EndsWith(".snmprec", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Aggregate(recording, (all, context) => all.With(Load(context)));
    }

    /// <summary>Reads the text of a recording. Never throws: a bad line is left out and told in <see cref="Warnings"/>, as is a second row of the same name.</summary>
    public static SnmpRecording Parse(ReadOnlySpan<byte> text)
    {
        var rows = new SortedDictionary<ObjectIdentifier, SnmpValue>();
        var warnings = ImmutableArray.CreateBuilder<RecordingWarning>();
        if (text.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        var number = 0;
        while (!text.IsEmpty)
        {
            number++;
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line is [.. var shorter, (byte)'\r'])
            {
                line = shorter;
            }

            if (line.IsEmpty || line[0] == (byte)'#')
            {
                continue;
            }

            var reason = ReadLine(line, out var oid, out var value);
            if (reason is null && !rows.TryAdd(oid, value!))
            {
                reason = "a second row for the same object";
            }

            if (reason is not null)
            {
                warnings.Add(new RecordingWarning(number, reason));
            }
        }

        return new SnmpRecording([.. rows.Select(r => new VarBind(r.Key, r.Value))], warnings.ToImmutable());
    }

    /// <summary>This with the rows of another (the same device in another context) where it has none itself.</summary>
    public SnmpRecording With(SnmpRecording context) => new(
        [.. Rows.Concat(context.Rows.Where(r => !_index.ContainsKey(r.Oid))).OrderBy(r => r.Oid)],
        Warnings.AddRange(context.Warnings));

    /// <summary>The value of exactly this object, null where there is none.</summary>
    public SnmpValue? Get(ObjectIdentifier oid) => _index.TryGetValue(oid, out var at) ? Rows[at].Value : null;

    /// <summary>The first object behind this name, null behind the last.</summary>
    public VarBind? Next(ObjectIdentifier oid)
    {
        var at = IndexAfter(oid);
        return at < Rows.Length ? Rows[at] : null;
    }

    /// <summary>Position in <see cref="Rows"/> of the first object behind this name; their number behind the last.</summary>
    public int IndexAfter(ObjectIdentifier oid)
    {
        int low = 0, high = Rows.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Rows[middle].Oid > oid)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static string? ReadLine(ReadOnlySpan<byte> line, out ObjectIdentifier oid, out SnmpValue? value)
    {
        oid = default;
        value = null;
        var first = line.IndexOf((byte)'|');
        var second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)'|');
        if (second < 0)
        {
            return "not of the form OID|tag|value";
        }

        // 128 arcs of ten digits and their dots.
        if (first > 1408 || !ObjectIdentifier.TryParse(Encoding.Latin1.GetString(line[..first]).Trim(), out oid))
        {
            return "not an object identifier";
        }

        var tag = Encoding.Latin1.GetString(line.Slice(first + 1, second));
        var content = line[(first + second + 2)..];
        if (tag.EndsWith('x'))
        {
            tag = tag[..^1];
            byte[] decoded;
            try
            {
                decoded = Convert.FromHexString(Encoding.Latin1.GetString(content));
            }
            catch (FormatException)
            {
                return "not hexadecimal";
            }

            value = FromHex(tag, decoded);
        }
        else
        {
            value = FromText(tag, content);
        }

        return value is null ? $"a value that its tag '{(tag.Length > 20 ? tag[..20] : tag)}' does not allow, or a tag unknown here" : null;
    }

    private static SnmpValue? FromHex(string tag, byte[] bytes) => tag switch
    {
        "4" => new SnmpValue.OctetString(bytes),
        "64" when bytes.Length == 4 => new SnmpValue.IpAddress((uint)BerReader.ToUnsigned(bytes, 4)),
        "68" => new SnmpValue.Opaque(bytes),
        _ => null,
    };

    private static SnmpValue? FromText(string tag, ReadOnlySpan<byte> content)
    {
        if (tag == "4")
        {
            return new SnmpValue.OctetString(content.ToArray());
        }

        var text = Encoding.Latin1.GetString(content).Trim();
        var unsigned = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var narrow = unsigned && number <= uint.MaxValue;
        return tag switch
        {
            "2" when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i) => new SnmpValue.Integer32(i),
            "5" => SnmpValue.Null.Instance,
            "6" when ObjectIdentifier.TryParse(text, out var oid) => new SnmpValue.ObjectIdentifier(oid),
            "64" when IPAddress.TryParse(text, out var ip) && ip.GetAddressBytes() is { Length: 4 } b => new SnmpValue.IpAddress((uint)BerReader.ToUnsigned(b, 4)),
            "65" when narrow => new SnmpValue.Counter32((uint)number),
            "66" when narrow => new SnmpValue.Gauge32((uint)number),
            "67" when narrow => new SnmpValue.TimeTicks((uint)number),
            "68" => new SnmpValue.Opaque(content.ToArray()),
            "70" when unsigned => new SnmpValue.Counter64(number),
            _ => null,
        };
    }
}
