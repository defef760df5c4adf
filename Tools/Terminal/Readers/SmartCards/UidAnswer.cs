namespace CopyTrack.Terminal.Readers.SmartCards;

/// <summary>What a reader answered to GET DATA (FF CA 00 00 00; PC/SC part 3 §3.2.2.1.3): a closed set.</summary>
internal abstract record UidAnswer
{
    private UidAnswer() { }

    /// <summary>A number that identifies the card, in upper-case hexadecimal.</summary>
    internal sealed record Number(string Hex) : UidAnswer
    {
        protected override bool PrintMembers(System.Text.StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>No number that could be used; the reason is fit for a person.</summary>
    internal sealed record Unusable(string Reason) : UidAnswer;

    /// <summary>Reads the answer: data and status word 90 00. A four-byte number that begins with 08 is drawn anew each time (ISO 14443-3) and identifies nothing.</summary>
    internal static UidAnswer Read(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < 2 || answer[^2] != 0x90 || answer[^1] != 0x00)
        {
            return new Unusable("this reader gives no number for this card");
        }
        var uid = answer[..^2];
        return uid.Length switch
        {
            < 4 or > 16 => new Unusable("the card's number has an odd length"),
            4 when uid[0] == 0x08 => new Unusable("this card shows another number each time and can't be used"),
            _ when uid.IndexOfAnyExcept((byte)0) < 0 => new Unusable("the card's number is empty"),
            _ => new Number(Convert.ToHexString(uid)),
        };
    }
}
