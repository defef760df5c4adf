using CopyTrack.Server.Data.Repositories;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Enrolment;

/// <summary>Wires enrolment. Needs Data and Secrets.</summary>
public static class EnrolmentServices
{
    private const string Root = "/.well-known/est";

    /// <summary>Adds codes and endpoints.</summary>
    public static IServiceCollection AddEnrolment(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TerminalCertificateRepository>();
        services.AddSingleton<EnrolmentRepository>();
        services.AddSingleton<IEnrolmentCodes, EnrolmentCodes>();
        services.AddSingleton<FailureThrottle>();
        services.AddSingleton<EnrolmentEndpoints>();
        return services;
    }

    /// <summary>Adds the routes of RFC 7030; the port needs <see cref="EnrolmentTls.ForHttps"/>. They need no other sign-in.</summary>
    public static WebApplication MapEnrolment(this WebApplication app)
    {
        var endpoints = app.Services.GetRequiredService<EnrolmentEndpoints>();
        app.MapGet(Root + "/cacerts", endpoints.CaCertificatesAsync).AllowAnonymous();
        app.MapPost(Root + "/simpleenroll", endpoints.EnrollAsync).AllowAnonymous().DisableAntiforgery();
        app.MapPost(Root + "/simplereenroll", endpoints.ReenrollAsync).AllowAnonymous().DisableAntiforgery();
        return app;
    }
}
