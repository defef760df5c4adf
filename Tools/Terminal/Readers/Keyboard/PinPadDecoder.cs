using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>What a key of the pad did: a closed set.</summary>
internal abstract record PadAction
{
    private PadAction() { }

    /// <summary>The entry has this many characters now.</summary>
    internal sealed record Changed(int Count) : PadAction;

    /// <summary>The entry is complete.</summary>
    internal sealed record Entered(string Text) : PadAction
    {
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>The person wants to leave.</summary>
    internal sealed record Leave : PadAction;
}

/// <summary>Turns the records of a PIN pad into actions: characters gather (PINs, names, passwords), Enter completes, backspace takes one away, delete all; a logout key with an empty entry leaves.</summary>
internal sealed class PinPadDecoder(KeyLayout layout, ImmutableHashSet<ushort> logoutKeys)
{
    private const int MaxEntry = 128;
    private readonly StringBuilder entry = new();
    private bool shift, right;

    /// <summary>Takes one record; null when it changed nothing.</summary>
    internal PadAction? Take(InputEvent record)
    {
        if (record is { Type: InputEvent.Synchronise, Code: InputEvent.Dropped })
        {
            return Cleared();
        }
        if (record.Type != InputEvent.Key)
        {
            return null;
        }
        if (record.Code is KeyLayout.LeftShift or KeyLayout.RightShift)
        {
            shift = record.Value != 0;
            return null;
        }
        if (record.Code == KeyLayout.RightAlt)
        {
            right = record.Value != 0;
            return null;
        }
        if (record.Value != 1)
        {
            return null;
        }
        if (logoutKeys.Contains(record.Code))
        {
            return entry.Length > 0 ? Cleared() : new PadAction.Leave();
        }
        switch (record.Code)
        {
            case KeyLayout.Enter or KeyLayout.KeypadEnter when entry.Length > 0:
                var text = entry.ToString();
                _ = Cleared();
                return new PadAction.Entered(text);
            case KeyLayout.Backspace when entry.Length > 0:
                entry.Length--;
                return new PadAction.Changed(entry.Length);
            case KeyLayout.Delete or KeyLayout.Escape:
                return Cleared();
            default:
                if (entry.Length >= MaxEntry || layout.Text(record.Code, shift, right) is not { } character)
                {
                    return null;
                }
                entry.Append(character);
                return new PadAction.Changed(entry.Length);
        }
    }

    private PadAction.Changed Cleared()
    {
        entry.Clear();
        return new PadAction.Changed(0);
    }
}
