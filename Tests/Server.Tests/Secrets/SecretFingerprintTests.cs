using System.Runtime.Versioning;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Secrets;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[UnsupportedOSPlatform("windows")]
internal sealed class SecretFingerprintTests(Db db) : DatabaseFixture(db)
{
    [Test]
    public async Task A_node_with_other_secrets_or_without_a_hash_key_is_refused_and_a_rotated_one_is_welcome()
    {
        var root = Directory.CreateTempSubdirectory("copytrack-secrets-").FullName;
        try
        {
            var own = new SecretsOptions { Directory = Path.Combine(root, "own"), CreateWhenMissing = true };
            await VerifyAsync(own);
            await VerifyAsync(own);

            Directory.CreateDirectory(Path.Combine(root, "copy"));
            CopyFolder(Path.Combine(root, "own"), Path.Combine(root, "copy"));
            SecretFolder.Rotate(own, TimeProvider.System);
            await VerifyAsync(own);

            var stale = own with { Directory = Path.Combine(root, "copy") };
            Assert.That(async () => await VerifyAsync(stale), Throws.TypeOf<SecretsException>().With.Message.Contains("hash:"));
            var foreign = own with { Directory = Path.Combine(root, "foreign") };
            Assert.That(async () => await VerifyAsync(foreign), Throws.TypeOf<SecretsException>().With.Message.Contains("does not belong to this database"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private async Task VerifyAsync(SecretsOptions options)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(Database).AddSecrets(options).BuildServiceProvider();
        await SecretsServices.VerifyAsync(services, CancellationToken.None);
    }

    private static void CopyFolder(string from, string to)
    {
        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            var inner = Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(folder)), File.GetUnixFileMode(folder)).FullName;
            CopyFolder(folder, inner);
        }
    }
}
