using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>How keys become texts. <see cref="Gap"/> is the longest time between two keys of one text; <see cref="EndByPause"/>: such a gap ends the text instead of throwing it away.</summary>
internal sealed record WedgeRules(KeyLayout Layout, ImmutableHashSet<ushort> EndKeys, TimeSpan Gap, bool EndByPause);

/// <summary>A text that was typed. <see cref="MeanGap"/> tells a reader (a few milliseconds) from fingers.</summary>
internal readonly record struct TypedText(string Text, TimeSpan MeanGap);

/// <summary>Turns the records of a keyboard-like reader into card texts. Knows no device and no clock: times are those of the records.</summary>
internal sealed class WedgeDecoder(WedgeRules rules)
{
    private const int MaxText = 64;
    private readonly StringBuilder text = new();
    private bool leftShift, rightShift, caps, spoiled, waitForSync;
    private TimeSpan first, last;

    /// <summary>Whether characters wait for their end.</summary>
    internal bool IsMidText => text.Length > 0 || spoiled;

    /// <summary>Takes one record; the text it ended, or null. Repeats of a held key count for nothing; after lost records (SYN_DROPPED) the text so far is thrown away.</summary>
    internal TypedText? Take(InputEvent record)
    {
        if (record is { Type: InputEvent.Synchronise })
        {
            if (record.Code == InputEvent.Dropped)
            {
                Clear();
                (leftShift, rightShift, spoiled, waitForSync) = (false, false, true, true);
            }
            else
            {
                waitForSync = false;
            }
            return null;
        }
        if (waitForSync || record.Type != InputEvent.Key || Modifier(record) || record.Value != 1)
        {
            return null;
        }
        var ended = IsMidText && record.At - last > rules.Gap ? Pause() : null;
        last = record.At;
        if (rules.EndKeys.Contains(record.Code))
        {
            return End() ?? ended;
        }
        if (rules.Layout.Character(record.Code, leftShift || rightShift, caps) is { } character)
        {
            if (text.Length == 0)
            {
                first = record.At;
            }
            spoiled |= text.Length >= MaxText;
            text.Append(spoiled ? "" : character.ToString());
        }
        return ended;
    }

    /// <summary>No key came for the gap: the text that this ended (when pauses end texts), else null and the half text is gone.</summary>
    internal TypedText? Pause()
    {
        if (rules.EndByPause)
        {
            return End();
        }
        Clear();
        spoiled = false;
        return null;
    }

    private TypedText? End()
    {
        TypedText? result = spoiled || text.Length == 0 ? null : new TypedText(text.ToString(), text.Length < 2 ? TimeSpan.Zero : (last - first) / text.Length);
        Clear();
        spoiled = false;
        return result;
    }

    private bool Modifier(InputEvent record)
    {
        switch (record.Code)
        {
            case KeyLayout.LeftShift: leftShift = record.Value != 0; return true;
            case KeyLayout.RightShift: rightShift = record.Value != 0; return true;
            case KeyLayout.CapsLock: caps ^= record.Value == 1; return true;
            default: return false;
        }
    }

    private void Clear()
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = '\0';
        }
        text.Clear();
    }
}
