using System.Net;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

public sealed class SignInTriesTests
{
    [Test]
    public void Name_takes_ten_tries_at_once_from_wherever_and_however_it_is_written()
    {
        using SignInTries tries = new(new WebOptions());
        bool[] may = [.. Enumerable.Range(0, 12).Select(i => tries.May(From($"192.0.2.{i}"), i % 2 == 0 ? "root" : "ROOT "))];
        Assert.That(may.Count(m => m), Is.EqualTo(10));
        Assert.That(tries.May(From("192.0.2.99"), "other"), Is.True);
    }

    [Test]
    public void Address_takes_sixty_tries_at_once_for_whatever_names()
    {
        using SignInTries tries = new(new WebOptions());
        Assert.That(Enumerable.Range(0, 70).Count(i => tries.May(From("192.0.2.1"), "name" + i)), Is.EqualTo(60));
        Assert.That(tries.MayFrom(From("192.0.2.1")), Is.False);
        Assert.That(tries.MayFrom(From("192.0.2.2")), Is.True);
    }

    private static DefaultHttpContext From(string address)
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return context;
    }
}
