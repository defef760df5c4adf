using System.IO.Compression;
using System.Security.Cryptography;

namespace CopyTrack.Server.Web.Assets;

/// <summary>One file for browsers with its compressed forms, each made when it is first asked for.</summary>
internal sealed class WebAsset(string name, byte[] content)
{
    private const int BrotliQuality = 9; // 11 takes ten times as long for three per cent.

    private readonly Lazy<byte[]> brotli = new(() => Compress(content, s => new BrotliStream(s, new BrotliCompressionOptions { Quality = BrotliQuality })));
    private readonly Lazy<byte[]> gzip = new(() => Compress(content, s => new GZipStream(s, CompressionLevel.SmallestSize)));

    /// <summary>Path with the hash of the content, so that browsers may keep it for ever.</summary>
    public string Url { get; } = $"/assets/{name}?v={Convert.ToHexStringLower(SHA256.HashData(content))[..12]}";

    /// <summary>Media type.</summary>
    public string Type { get; } = Path.GetExtension(name) switch { ".css" => "text/css; charset=utf-8", ".js" => "text/javascript; charset=utf-8", _ => "application/octet-stream" };

    /// <summary>Size as it is.</summary>
    public int Length => content.Length;

    /// <summary>The content in the best form that <paramref name="accepted"/> (the header Accept-Encoding) allows, and the name of that form; null as it is.</summary>
    public (byte[] Body, string? Encoding) For(string? accepted)
    {
        accepted = string.IsNullOrEmpty(accepted) ? "" : accepted.Length > 256 ? accepted[..256] : accepted;
        return Takes(accepted, "br") ? (brotli.Value, "br") : Takes(accepted, "gzip") ? (gzip.Value, "gzip") : (content, null);
    }

    private static bool Takes(string accepted, string encoding) => Array.Exists(
        accepted.Split(','), part => part.Trim() is { } p && (p.Equals(encoding, StringComparison.OrdinalIgnoreCase)
            || (p.StartsWith(encoding + ";", StringComparison.OrdinalIgnoreCase) && !p.EndsWith("q=0", StringComparison.Ordinal) && !p.EndsWith("q=0.0", StringComparison.Ordinal))));

    private static byte[] Compress(byte[] content, Func<Stream, Stream> compressor)
    {
        using MemoryStream compressed = new();
        using (Stream stream = compressor(compressed))
        {
            stream.Write(content);
        }

        return compressed.ToArray();
    }
}
