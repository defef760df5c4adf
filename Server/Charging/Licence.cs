using System.Security.Cryptography;
using CopyTrack.Identity.Licensing;

namespace CopyTrack.Server.Charging;

/// <summary>Where the licence is: section <c>Licence</c> of the configuration. Without a file everything is allowed.</summary>
/// <param name="File"><c>Licence:File</c>: the licence; null = the built-in one.</param>
/// <param name="PublisherKeyFile"><c>Licence:PublisherKeyFile</c>: the publisher's public key (PEM); needed with a file.</param>
internal sealed record LicenceOptions(string? File, string? PublisherKeyFile);

/// <summary>What the licence of now says. The file is looked at again when it changed; no network is asked.</summary>
internal sealed class Licence(LicenceOptions options, TimeProvider time, ILogger<Licence> logger)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private (DateTime Written, LicenceOutcome Outcome)? known;
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;
    private bool? told;

    /// <summary>True while copy tracking is licensed.</summary>
    public bool IsActive => Entitlement(out _) is { } entitlement && entitlement.Holds(time.GetUtcNow());

    /// <summary>The entitlement, or null and the reason why there is none.</summary>
    public Entitlement? Entitlement(out string? reason)
    {
        reason = null;
        if (options.File is not { } file)
        {
            return Identity.Licensing.Entitlement.Unlimited;
        }

        lock (gate)
        {
            if (known is null || time.GetUtcNow() - lookedAt >= s_look)
            {
                lookedAt = time.GetUtcNow();
                var written = System.IO.File.GetLastWriteTimeUtc(file);
                known = known is { } before && before.Written == written ? before : (written, Read(file));
                Tell();
            }

            reason = known.Value.Outcome is LicenceOutcome.Bad bad ? bad.Reason : null;
            return known.Value.Outcome is LicenceOutcome.Good good ? good.Entitlement : null;
        }
    }

    private LicenceOutcome Read(string file)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(System.IO.File.ReadAllText(options.PublisherKeyFile!));
            return new FileInfo(file) is { Exists: true, Length: > LicenceFile.MaxLength } ? new LicenceOutcome.Bad("it is too long for a licence file") : LicenceFile.Read(System.IO.File.ReadAllText(file), key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return new LicenceOutcome.Bad($"it or the publisher's key can't be read ({e.GetType().Name}): check Licence:File and Licence:PublisherKeyFile");
        }
    }

    /// <summary>Says once when copy tracking ends, and once when it is back.</summary>
    private void Tell()
    {
        var holds = known!.Value.Outcome is LicenceOutcome.Good good && good.Entitlement.Holds(time.GetUtcNow());
        if (holds != (told ?? true))
        {
            if (holds)
            {
                logger.LicenceBack();
            }
            else
            {
                logger.LicenceGone(known.Value.Outcome is LicenceOutcome.Bad bad ? bad.Reason : "it does not hold today");
            }
        }

        told = holds;
    }
}
