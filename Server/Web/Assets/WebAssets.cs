using System.Collections.Frozen;
using System.Reflection;

namespace CopyTrack.Server.Web.Assets;

/// <summary>Styles and scripts for browsers, from the program itself: <c>web.css</c> is all styles of <c>Web/Styles</c> but the panel's, in the order of their names.</summary>
internal sealed class WebAssets
{
    private const string Styles = "web/styles/", Scripts = "web/scripts/", Panel = "panel.css";

    private readonly FrozenDictionary<string, WebAsset> _byName = Load();

    /// <summary>Address of a file; throws <see cref="KeyNotFoundException"/> for a name that we do not have.</summary>
    public string Url(string name) => _byName[name].Url;

    /// <summary>All files.</summary>
    public IEnumerable<KeyValuePair<string, WebAsset>> All => _byName;

    /// <summary><c>GET /assets/{name}</c>: the file, to be kept for ever when asked for by the hash that it has; 404 for others.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        string name = context.Request.RouteValues["name"] as string ?? Panel;
        if (!_byName.TryGetValue(name, out WebAsset? asset))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        (byte[] body, string? encoding) = asset.For(context.Request.Headers.AcceptEncoding);
        context.Response.ContentType = asset.Type;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.ContentEncoding = encoding;
        context.Response.Headers.Vary = "Accept-Encoding";
        context.Response.Headers.CacheControl = asset.Url.EndsWith(context.Request.Query["v"].ToString(), StringComparison.Ordinal) && context.Request.Query.ContainsKey("v")
            ? "public, max-age=31536000, immutable"
            : "public, max-age=300";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static FrozenDictionary<string, WebAsset> Load()
    {
        Assembly assembly = typeof(WebAssets).Assembly;
        string[] names = [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith("web/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Dictionary<string, WebAsset> assets = names.Where(n => n.StartsWith(Scripts, StringComparison.Ordinal)).Select(n => (Name: n[Scripts.Length..], Content: Read(assembly, n)))
            .Append((Name: Panel, Content: Read(assembly, Styles + Panel)))
            .Append((Name: "web.css", Content: [.. names.Where(n => n.StartsWith(Styles, StringComparison.Ordinal) && n != Styles + Panel).SelectMany(n => Read(assembly, n))]))
            .ToDictionary(a => a.Name, a => new WebAsset(a.Name, a.Content), StringComparer.Ordinal);
        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
