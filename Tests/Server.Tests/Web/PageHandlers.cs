using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace CopyTrack.Server.Tests.Web;

/// <summary>A handler of a page: the page's name, its route, GET or POST, and the name that <c>handler=</c> takes; empty for the one without.</summary>
internal sealed record PageHandler(string Page, string Route, string Method, string Name)
{
    /// <summary>How tests name it: <c>Privacy?Decide</c>, <c>Probe</c>.</summary>
    public string Key => Name.Length == 0 ? Page : $"{Page}?{Name}";

    /// <summary>All handlers of all pages, as the program has them.</summary>
    public static async Task<IReadOnlyList<PageHandler>> AllAsync(IServiceProvider services)
    {
        List<PageHandler> all = [];
        foreach (PageActionDescriptor page in services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items.OfType<PageActionDescriptor>().DistinctBy(p => p.ViewEnginePath))
        {
            CompiledPageActionDescriptor compiled = await services.GetRequiredService<PageLoader>().LoadAsync(page, EndpointMetadataCollection.Empty);
            all.AddRange(compiled.HandlerMethods.Select(h => new PageHandler(page.ViewEnginePath.TrimStart('/'), "/" + page.AttributeRouteInfo!.Template, h.HttpMethod.ToUpperInvariant(), h.Name ?? "")));
        }

        return all;
    }

    /// <summary>The address of the handler, with these values in the places of the route.</summary>
    public string Address(Func<string, string> value) =>
        System.Text.RegularExpressions.Regex.Replace(Route, "{([a-z]+)(?::[a-z]+)?}", m => value(m.Groups[1].Value)) + (Name.Length == 0 ? "" : $"?handler={Name}");
}
