using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Secrets;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Polling;

public sealed class SnmpTargetsTests
{
    private static readonly SecretSealer Sealer = new(RandomNumberGenerator.GetBytes(32));
    private static readonly SnmpTargets Targets = new(Sealer);

    private static SnmpSettings Settings(string version) => new()
    {
        Address = "192.0.2.7", Port = 1161, SnmpVersion = version, CommunitySealed = Sealer.Seal("s3cret"), V3User = "reader", V3Auth = "SHA256", V3AuthPasswordSealed = Sealer.Seal("sign-with-this"),
        V3Priv = "AES256C", V3PrivPasswordSealed = Sealer.Seal("hide-with-this"),
    };

    [TestCase("1", SnmpVersion.V1)]
    [TestCase("2c", SnmpVersion.V2c)]
    public void Settings_of_plain_versions_become_a_target_with_the_opened_community(string version, SnmpVersion expected)
    {
        var (target, fault) = Targets.Of(Settings(version));
        Assert.That(fault, Is.Null);
        Assert.That((target!.Version, target.Port, Encoding.UTF8.GetString(target.Community.Span), target.User), Is.EqualTo((expected, 1161, "s3cret", (SnmpUser?)null)));
        Assert.That(Encoding.UTF8.GetString(Targets.Of(Settings(version) with { CommunitySealed = null }).Target!.Community.Span), Is.EqualTo("public"));
    }

    [Test]
    public void Settings_of_version_3_become_a_target_with_the_user()
    {
        var (target, fault) = Targets.Of(Settings("3"));
        Assert.That(fault, Is.Null);
        Assert.That(target!.User, Is.EqualTo(new SnmpUser("reader", AuthProtocol.Sha256, "sign-with-this", PrivProtocol.Aes256Reeder, "hide-with-this")));
        Assert.That(target.Community.Length, Is.Zero);
    }

    [Test]
    public void Settings_that_can_not_be_used_are_told_with_the_reason()
    {
        var good = Settings("3");
        Assert.Multiple(() =>
        {
            Assert.That(Targets.Of(good with { Address = "not/a name" }).Fault, Is.EqualTo("not/a name is neither an IP address nor a host name"));
            Assert.That(Targets.Of(good with { SnmpVersion = "4" }).Fault, Is.EqualTo("SNMP version 4 is unknown; use 1, 2c or 3"));
            Assert.That(Targets.Of(good with { V3User = null }).Fault, Is.EqualTo("SNMP version 3 needs a user name"));
            Assert.That(Targets.Of(good with { V3AuthPasswordSealed = null }).Fault, Is.EqualTo("the authentication password is missing"));
            Assert.That(Targets.Of(good with { V3Auth = "ROT13" }).Fault, Does.StartWith("its SNMP protocols are unknown; authentication can be MD5"));
            Assert.That(Targets.Of(good with { V3PrivPasswordSealed = new byte[40] }).Fault, Is.EqualTo("its SNMP secrets can't be opened with this secrets folder; enter them again"));
        });
    }

    [Test]
    public void Host_name_waits_for_its_address_and_the_context_goes_into_the_target()
    {
        var (target, fault) = Targets.Of(Settings("3") with { Address = "printer7.example", V3Context = "Jetdirect" });
        Assert.That(fault, Is.Null);
        Assert.That((target!.Address, target.Context), Is.EqualTo((System.Net.IPAddress.None, "Jetdirect")));
        Assert.That(SnmpTargets.HostNameOf(Settings("3") with { Address = "printer7.example" }), Is.EqualTo("printer7.example"));
        Assert.That(SnmpTargets.HostNameOf(Settings("3")), Is.Null);
    }

    [Test]
    public void Secrets_stay_out_of_text()
    {
        var text = Targets.Of(Settings("3")).Target + " " + Targets.Of(Settings("2c")).Target;
        Assert.That(text, Does.Not.Contain("s3cret").And.Not.Contain("with-this"));
    }
}
