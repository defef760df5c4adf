using System.Text.Json.Nodes;
using CopyTrack.Server.Api.Scim;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Api;

/// <summary>Filters and changes of RFC 7644, with its own examples and hostile ones.</summary>
public sealed class ScimFilterTests
{
    private static JsonObject User => JsonNode.Parse("""
        {"id":"17","userName":"bjensen","active":true,"title":"Tour Guide","name":{"familyName":"O'Malley"},"meta":{"lastModified":"2026-05-13T04:42:34Z"},
         "emails":[{"type":"work","value":"bjensen@example.com","primary":true},{"type":"home","value":"babs@jensen.org"}],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"}}
        """)!.AsObject();

    [TestCase("userName eq \"bjensen\"", true)]
    [TestCase("USERNAME Eq \"BJensen\"", true)]
    [TestCase("name.familyName co \"O'Malley\"", true)]
    [TestCase("userName sw \"J\"", false)]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"B\"", true)]
    [TestCase("userName ew \"sen\"", true)]
    [TestCase("title pr", true)]
    [TestCase("nickName pr", false)]
    [TestCase("meta.lastModified gt \"2011-05-13T04:42:34Z\"", true)]
    [TestCase("meta.lastModified lt \"2011-05-13T04:42:34Z\"", false)]
    [TestCase("title pr and userType eq \"Employee\"", false)]
    [TestCase("title pr or userType eq \"Intern\"", true)]
    [TestCase("userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")", false)]
    [TestCase("emails[type eq \"work\" and value co \"@example.com\"]", true)]
    [TestCase("emails[type eq \"home\" and value co \"@example.com\"]", false)]
    [TestCase("active eq true", true)]
    [TestCase("active eq false", false)]
    [TestCase("title eq null", false)]
    [TestCase("nickName eq null", true)]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"sales\"", true)]
    [TestCase("a eq \"1\" or userName eq \"bjensen\" and id eq \"17\"", true)]
    public void Filter_matches(string filter, bool expected) => Assert.That(ScimFilter.Parse(filter).Matches(User), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("userName")]
    [TestCase("userName eq")]
    [TestCase("userName eq \"a")]
    [TestCase("userName xx \"a\"")]
    [TestCase("userName eq \"a\" and")]
    [TestCase("(userName eq \"a\"")]
    [TestCase("userName eq \"a\")")]
    [TestCase("emails[type eq \"a\"")]
    [TestCase("userName eq {\"a\":1}")]
    [TestCase("a.b.c eq \"x\"")]
    [TestCase("x:y eq \"x\"")]
    [TestCase("' or 1=1 --")]
    public void Filter_that_is_none_is_refused(string filter) =>
        Assert.That(Assert.Throws<ScimProblem>(() => ScimFilter.Parse(filter))!.Document()["scimType"]!.GetValue<string>(), Is.EqualTo("invalidFilter"));

    [Test]
    public void Deep_and_long_filters_are_refused()
    {
        Assert.That(() => ScimFilter.Parse(new string('(', 1000) + "a pr" + new string(')', 900)), Throws.TypeOf<ScimProblem>());
        Assert.That(() => ScimFilter.Parse("a eq \"" + new string('x', 3000) + "\""), Throws.TypeOf<ScimProblem>());
    }

    [Test]
    public void Any_text_is_a_filter_or_a_problem() => Prop.ForAll(
        Gen.Elements("userName", " ", "eq", "pr", "and", "or", "not", "(", ")", "[", "]", "\"", "\\", "\"a\"", ".", ":", "urn:x:y", "true", "null", "1", "$ref").ListOf().Select(p => string.Concat(p)).ToArbitrary(),
        text =>
        {
            try
            {
                ScimFilter.Parse(text).Matches(User);
                return true;
            }
            catch (ScimProblem)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();

    [TestCase("""[{"op":"replace","path":"active","value":false}]""", "active", "false")]
    [TestCase("""[{"op":"Replace","value":{"title":"Boss"}}]""", "title", "\"Boss\"")]
    [TestCase("""[{"op":"add","path":"nickName","value":"Babs"}]""", "nickName", "\"Babs\"")]
    [TestCase("""[{"op":"remove","path":"title"}]""", "title", "null")]
    [TestCase("""[{"op":"replace","path":"name.familyName","value":"J"}]""", "name", """{"familyName":"J"}""")]
    [TestCase("""[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"IT"}]""", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", """{"department":"IT"}""")]
    [TestCase("""[{"op":"remove","path":"emails[type eq \"home\"]"}]""", "emails", """[{"type":"work","value":"bjensen@example.com","primary":true}]""")]
    [TestCase("""[{"op":"replace","path":"emails[type eq \"work\"].value","value":"x@y"},{"op":"remove","path":"emails[type eq \"home\"]"}]""", "emails", """[{"type":"work","value":"x@y","primary":true}]""")]
    public void Changes_are_applied(string operations, string attribute, string expected)
    {
        var user = User;
        ScimPatch.Apply(user, ScimPatch.Read(new JsonObject { ["Operations"] = JsonNode.Parse(operations) }));
        Assert.That(user[attribute]?.ToJsonString() ?? "null", Is.EqualTo(JsonNode.Parse(expected)?.ToJsonString() ?? "null"));
    }

    [TestCase("""[]""")]
    [TestCase("""[{"op":"move","path":"a"}]""")]
    [TestCase("""[{"op":"remove"}]""")]
    [TestCase("""[{"op":"replace","value":3}]""")]
    [TestCase("""[{"op":"replace","path":"a[","value":3}]""")]
    [TestCase("""[{"op":"replace","path":"emails[type eq \"other\"]","value":{}}]""")]
    [TestCase("""[{"op":"replace","path":7,"value":3}]""")]
    [TestCase("""["x"]""")]
    public void Changes_that_make_no_sense_are_refused(string operations) =>
        Assert.That(() => ScimPatch.Apply(User, ScimPatch.Read(new JsonObject { ["Operations"] = JsonNode.Parse(operations) })), Throws.TypeOf<ScimProblem>());
}
