using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent.Updates;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Which version runs, which is taken, and when one is given up.</summary>
internal sealed class VersionBookTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_pause = TimeSpan.FromHours(1);
    private static readonly ReleaseVersion s_one = new(1, 0, 0), s_two = new(2, 0, 0), s_three = new(3, 0, 0);

    [Test]
    public void Version_that_reported_takes_the_place_of_the_installed_one()
    {
        var book = new VersionBook().Begun(s_two);
        Assert.That(book.Next(s_one), Is.EqualTo(new LaunchStep.Try(s_two)));
        book = book.Started().Confirmed(s_two);
        Assert.That(book.Next(s_one), Is.EqualTo(new LaunchStep.Become(s_two)));
        Assert.That(book.Next(s_two), Is.EqualTo(new LaunchStep.Run()), "it is it");
        Assert.That(book.Next(s_three), Is.EqualTo(new LaunchStep.Run()), "the owner installed a newer one");
    }

    [Test]
    public void Version_that_ends_thrice_is_given_up_and_power_cuts_count_less()
    {
        var book = new VersionBook().Begun(s_two).Started().Ended().Started().Ended();
        Assert.That(book.Next(s_one), Is.InstanceOf<LaunchStep.Try>());
        Assert.That(book.Started().Ended().Next(s_one), Is.InstanceOf<LaunchStep.GiveUp>());
        book = new VersionBook().Begun(s_two);
        for (var cut = 0; cut < VersionBook.MostStarts; cut++)
        {
            Assert.That(book.Next(s_one), Is.InstanceOf<LaunchStep.Try>(), $"{cut} starts");
            book = book.Started();
        }

        Assert.That(book.Next(s_one), Is.InstanceOf<LaunchStep.GiveUp>(), "whatever it is that ends the machine each time");
        Assert.That(new VersionBook().Begun(s_two).Started().Unstarted().Trial!.Starts, Is.Zero, "the owner's own end counts for nothing");
    }

    [Test]
    public void Version_that_failed_is_tried_again_later_and_at_last_never()
    {
        var book = new VersionBook().Begun(s_two).GivenUp("silence", s_now);
        Assert.That(book.Next(s_one), Is.EqualTo(new LaunchStep.Run()));
        Assert.That(book.Refusal(s_two, s_one, s_now.AddMinutes(59), s_pause), Does.Contain("tried again later"));
        Assert.That(book.Refusal(s_two, s_one, s_now.AddMinutes(60), s_pause), Is.Null);
        book = book.Begun(s_two).GivenUp("silence", s_now);
        Assert.That(book.Refusal(s_two, s_one, s_now.AddMinutes(179), s_pause), Is.Not.Null);
        Assert.That(book.Refusal(s_two, s_one, s_now.AddMinutes(180), s_pause), Is.Null);
        book = book.Begun(s_two).GivenUp("silence", s_now);
        Assert.That(book.Refusal(s_two, s_one, s_now.AddYears(1), s_pause), Does.Contain("3 times: silence"));
        Assert.That(book.Refusal(s_three, s_one, s_now, s_pause), Is.Null, "a newer one is");
    }

    [Test]
    public void Versions_only_rise_also_after_a_new_installation_on_the_same_folder()
    {
        var book = new VersionBook().Begun(s_two).Confirmed(s_two);
        Assert.Multiple(() =>
        {
            Assert.That(book.Refusal(s_two, s_two, s_now, s_pause), Does.Contain("not above"));
            Assert.That(book.Refusal(s_one, s_two, s_now, s_pause), Does.Contain("not above"));
            Assert.That(book.Refusal(new ReleaseVersion(1, 9, 0), s_one, s_now, s_pause), Does.Contain("below 2.0.0"), "an old program on the folder of a newer one");
            Assert.That(book.Lost().Refusal(new ReleaseVersion(1, 9, 0), s_one, s_now, s_pause), Does.Contain("below 2.0.0"));
            Assert.That(book.Lost().Refusal(s_two, s_one, s_now, s_pause), Is.Null, "the one that ran may come back");
            Assert.That(new VersionBook().Ran(s_three).Ran(s_one).Floor, Is.EqualTo("3.0.0"));
        });
    }
}
