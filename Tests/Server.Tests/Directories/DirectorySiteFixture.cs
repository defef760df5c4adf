using System.Collections.Immutable;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>The small office with a directory <c>corp</c> of its own, which holds what <paramref name="ldif"/> says.</summary>
internal abstract class DirectorySiteFixture(Db db, string ldif) : SiteFixture(db)
{
    // Options are asked for while the site starts, before any set-up of its own.
    private readonly Lazy<PrivateSlapd> _slapd = new(() => PrivateSlapd.StartAsync(ldif).GetAwaiter().GetResult());

    protected PrivateSlapd Slapd => _slapd.Value;

    protected override ImmutableArray<DirectoryOptions> Directories => [ReplicationFixture.OptionsOf(Slapd, Slapd.Url)];

    /// <summary>The schedule, which runs when it is told to.</summary>
    protected ReplicationSchedule Schedule => new(
        Services.GetRequiredService<DirectoryConnectors>(), Services.GetRequiredService<DirectoryRepository>(), Services.GetRequiredService<ReplicationRunner>(), Services.GetRequiredService<DryRunLines>(), new DataOptions(), TimeProvider.System,
        NullLogger<ReplicationSchedule>.Instance);

    [OneTimeTearDown]
    public ValueTask EndDirectoryAsync() => _slapd.IsValueCreated ? Slapd.DisposeAsync() : ValueTask.CompletedTask;
}
