using CopyTrack.Server.Data.Webhooks;

namespace CopyTrack.Server.Webhooks;

/// <summary>Wires webhooks. Needs Data, Secrets and Reports.</summary>
internal static class WebhookServices
{
    /// <summary>Adds what changing and listing them needs.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<WebhookRepository>();
        services.AddSingleton<WebhookBook>();
        return services;
    }

    /// <summary>Adds what sends.</summary>
    public static IServiceCollection AddWebhookSending(this IServiceCollection services)
    {
        services.AddSingleton<WebhookQueue>();
        services.AddSingleton<WebhookBodies>();
        services.AddSingleton<WebhookTransport>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService(p => p.GetRequiredService<WebhookSender>());
        return services;
    }
}
