using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.TestKit.Kerberos;

/// <summary>A smart card in software: a SoftHSM token of the tests' own with one key and certificate, reached by PKCS#11 in processes that get <see cref="Environment"/>.</summary>
public sealed class SoftHsmCard : IDisposable
{
    /// <summary>The card's own PIN.</summary>
    public const string Pin = "482915";

    private readonly string directory = System.IO.Directory.CreateTempSubdirectory("copytrack-card-").FullName;

    private SoftHsmCard()
    {
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "tokens"));
        File.WriteAllText(Configuration, $"directories.tokendir = {directory}/tokens\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = true\n");
    }

    /// <summary>The PKCS#11 module.</summary>
    public static string Module => new[] { "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so" }.FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("SoftHSM not found: apt-get install softhsm2 opensc");

    /// <summary>Variables for processes that use the card.</summary>
    public Dictionary<string, string> Environment => new() { ["SOFTHSM2_CONF"] = Configuration };

    private string Configuration => Path.Combine(directory, "softhsm2.conf");

    /// <summary>A card with this key and certificate.</summary>
    public static async Task<SoftHsmCard> InsertAsync(AsymmetricAlgorithm key, X509Certificate2 certificate)
    {
        var card = new SoftHsmCard();
        try
        {
            var (keyFile, certificateFile) = (Path.Combine(card.directory, "key.pem"), Path.Combine(card.directory, "certificate.der"));
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
            await File.WriteAllBytesAsync(certificateFile, certificate.RawData);
            await card.RunAsync("softhsm2-util", "--init-token", "--free", "--label", "staff card", "--so-pin", "12345678", "--pin", Pin);
            await card.RunAsync("softhsm2-util", "--import", keyFile, "--token", "staff card", "--label", "auth", "--id", "01", "--pin", Pin);
            await card.RunAsync(
                "pkcs11-tool", "--module", Module, "--token-label", "staff card", "--login", "--pin", Pin, "--write-object", certificateFile, "--type", "cert", "--id", "01", "--label", "auth");
            File.Delete(keyFile);
            return card;
        }
        catch
        {
            card.Dispose();
            throw;
        }
    }

    /// <summary>Pulls the card out: the token is gone for whoever looks next.</summary>
    public void PullOut() => System.IO.Directory.Move(Path.Combine(directory, "tokens"), Path.Combine(directory, "pulled"));

    public void Dispose() => System.IO.Directory.Delete(directory, recursive: true);

    private async Task RunAsync(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["SOFTHSM2_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} failed: {error}{await output}");
        }
    }
}
