using CopyTrack.Identity.Secrets;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Secrets;

public sealed class CodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [TestCase(HumanCode.ActivationLength, 3)]
    [TestCase(HumanCode.SetupLength, 4)]
    public void Code_reads_back_however_people_type_it(int length, int groups)
    {
        for (int i = 0; i < 200; i++)
        {
            string code = HumanCode.Generate(length);
            Assert.That(code.Split('-'), Has.Length.EqualTo(groups));
            string plain = code.Replace("-", "", StringComparison.Ordinal);
            Assert.That(HumanCode.Normalize(code, length), Is.EqualTo(plain));
            Assert.That(HumanCode.Normalize(" " + code.ToLowerInvariant().Replace('0', 'o').Replace('1', 'l'), length), Is.EqualTo(plain));
        }
    }

    [Test]
    public void Code_check_finds_every_single_wrong_sign()
    {
        string code = HumanCode.Generate(HumanCode.ActivationLength).Replace("-", "", StringComparison.Ordinal);
        for (int at = 0; at < code.Length; at++)
        {
            foreach (char wrong in Alphabet.Where(sign => sign != code[at]))
            {
                Assert.That(HumanCode.Normalize(code[..at] + wrong + code[(at + 1)..], HumanCode.ActivationLength), Is.Null);
            }
        }
    }

    [Test]
    public void Code_check_finds_every_swap_of_two_signs()
    {
        for (int round = 0; round < 50; round++)
        {
            char[] code = [.. HumanCode.Generate(HumanCode.SetupLength).Where(sign => sign != '-')];
            for (int i = 0; i < code.Length; i++)
            {
                for (int j = i + 1; j < code.Length; j++)
                {
                    char[] swapped = [.. code];
                    (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                    Assert.That(HumanCode.Normalize(new string(swapped), HumanCode.SetupLength) is null, Is.EqualTo(code[i] != code[j]));
                }
            }
        }
    }

    [Test]
    public void Code_reader_never_throws_on_noise() =>
        Prop.ForAll<NonNull<string>>(noise => HumanCode.Normalize(noise.Get, 12) is null or { Length: 12 }).QuickCheckThrowOnFailure();

    [Test]
    public void Token_has_its_shape_and_matches_only_itself()
    {
        string token = MachineSecret.Generate(MachineSecret.TokenPrefix);
        Assert.That(token, Does.Match("^ct_[A-Za-z0-9_-]{43}$"));
        byte[] hash = MachineSecret.Hash(token, MachineSecret.TokenPrefix)!;
        Assert.That(hash, Has.Length.EqualTo(32));
        Assert.That(MachineSecret.Matches(token, MachineSecret.TokenPrefix, hash), Is.True);
        Assert.That(MachineSecret.Matches(MachineSecret.Generate(MachineSecret.TokenPrefix), MachineSecret.TokenPrefix, hash), Is.False);
        Assert.That(MachineSecret.Hash("ct_short", MachineSecret.TokenPrefix), Is.Null);
        Assert.That(MachineSecret.Hash(token, MachineSecret.DevicePrefix), Is.Null);
    }

    [Test]
    public void Password_matches_only_itself()
    {
        string stored = PasswordHash.Create("correct horse battery");
        Assert.That(stored, Does.StartWith("pbkdf2-sha256$600000$"));
        Assert.That(PasswordHash.Verify("correct horse battery", stored), Is.EqualTo(HashMatch.Yes));
        Assert.That(PasswordHash.Verify("correct horse batterz", stored), Is.EqualTo(HashMatch.No));
    }

    [TestCase("")]
    [TestCase("pbkdf2-sha256$x$y$z")]
    [TestCase("pbkdf2-sha256$600000$!!$!!")]
    [TestCase("pbkdf2-sha256$999999999$AAAA$AAAA")]
    [TestCase("plain$1$AAAA$AAAA")]
    public void Password_matches_nothing_when_the_stored_text_is_no_hash(string stored) =>
        Assert.That(PasswordHash.Verify("any", stored), Is.EqualTo(HashMatch.No));

    [Test]
    public void Password_hash_is_old_when_it_was_made_with_fewer_iterations()
    {
        byte[] salt = new byte[16];
        byte[] hash = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2("secret-enough", salt, 1000, System.Security.Cryptography.HashAlgorithmName.SHA256, 32);
        Assert.That(PasswordHash.Verify("secret-enough", $"pbkdf2-sha256$1000${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}"), Is.EqualTo(HashMatch.Old));
    }
}
