using System.Globalization;

namespace CopyTrack.Server.Web;

/// <summary>A text that is kept in English, with the number in its place <c>{0}</c> if it has one, and translated where it is shown.</summary>
internal sealed record Said(string English, long? Number = null)
{
    public static implicit operator Said(string english) => new(english);

    /// <summary>The text in the language of a request.</summary>
    public string In(Words words) => Number is { } number ? words[English, number] : words[English];

    /// <summary>The text in English.</summary>
    public override string ToString() => Number is { } number ? string.Format(CultureInfo.InvariantCulture, English, number) : English;
}
