using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Server.Imports;

/// <summary>
/// Reads CSV as RFC 4180 says (comma, double quotes, CRLF or LF), a record at a time, with bounded memory. A bad record is reported and
/// reading goes on at the next physical line, so that an unclosed quote costs one line and not the rest of the file. Bytes that are not UTF-8
/// have become U+FFFD in the reader, which therefore makes a record bad. Empty lines are skipped. Not thread-safe; the reader stays the caller's.
/// </summary>
public sealed class CsvRecordReader(TextReader text)
{
    /// <summary>Most characters of a record.</summary>
    public const int MaxRecord = 65_536;

    /// <summary>Most characters of a cell.</summary>
    public const int MaxCell = 8_192;

    /// <summary>Most cells of a record.</summary>
    public const int MaxCells = 64;

    private const int End = -1;

    private readonly char[] _buffer = new char[16_384];
    private readonly StringBuilder _record = new();
    private readonly StringBuilder _cell = new();
    private readonly List<string> _cells = [];
    private int _at, _length, _line = 1;
    private string _again = "";
    private int _againAt;

    /// <summary>The records in order.</summary>
    public IEnumerable<CsvRecord> Read()
    {
        while (Peek() != End)
        {
            var line = _line;
            var fault = ReadRecord();
            if (fault is not null)
            {
                yield return new CsvRecord.Bad(line, fault);
            }
            else if (_cells.Count > 1 || _cells[0].Length > 0 || _record.ToString().StartsWith('"'))
            {
                yield return _cells.Exists(cell => cell.Contains('\uFFFD', StringComparison.Ordinal))
                    ? new CsvRecord.Bad(line, "the line is not valid UTF-8")
                    : new CsvRecord.Good(line, _cells.ToImmutableArray());
            }
        }
    }

    private string? ReadRecord()
    {
        _record.Clear();
        _cells.Clear();
        while (true)
        {
            _cell.Clear();
            var fault = Peek() == '"' ? ReadQuoted() : ReadPlain();
            if (fault is not null)
            {
                return fault;
            }

            _cells.Add(_cell.ToString());
            switch (Next())
            {
                case ',' when _cells.Count == MaxCells:
                    SkipLine();
                    return $"more than {MaxCells} cells";
                case ',':
                    continue;
                case '\r' when Peek() == '\n':
                    Next();
                    return null;
                case '\n' or End:
                    return null;
                default:
                    SkipLine();
                    return "text after a closing quote";
            }
        }
    }

    private string? ReadPlain()
    {
        for (var next = Peek(); next is not (',' or '\n' or End); next = Peek())
        {
            if (next == '\r')
            {
                Next();
                if (Peek() is '\n' or End)
                {
                    return null;
                }

                _cell.Append('\r');
                continue;
            }

            if (next == '"')
            {
                SkipLine();
                return "a quote inside a cell that is not quoted";
            }

            _cell.Append((char)Next());
            if (_cell.Length > MaxCell || _record.Length > MaxRecord)
            {
                SkipLine();
                return $"a cell longer than {MaxCell} or a line longer than {MaxRecord} characters";
            }
        }

        return null;
    }

    private string? ReadQuoted()
    {
        Next();
        while (true)
        {
            switch (Next())
            {
                case End:
                    StartAgainAfterFirstLine();
                    return "the quote is not closed";
                case '"' when Peek() != '"':
                    return null;
                case '"':
                    Next();
                    _cell.Append('"');
                    break;
                case var other:
                    _cell.Append((char)other);
                    break;
            }

            if (_cell.Length > MaxCell || _record.Length > MaxRecord)
            {
                StartAgainAfterFirstLine();
                return $"the quote is not closed, or the cell is longer than {MaxCell} or the line than {MaxRecord} characters";
            }
        }
    }

    private void SkipLine()
    {
        if (_record.Length > 0 && _record[^1] == '\n')
        {
            return;
        }

        for (var next = Next(); next is not ('\n' or End); next = Next())
        {
            _record.Clear();
        }
    }

    // What followed the first physical line of the failed record is read as records of its own.
    private void StartAgainAfterFirstLine()
    {
        var read = _record.ToString();
        var first = read.IndexOf('\n', StringComparison.Ordinal);
        if (first < 0)
        {
            SkipLine();
            return;
        }

        _line -= read.AsSpan(first + 1).Count('\n');
        _again = string.Concat(read.AsSpan(first + 1), _again.AsSpan(_againAt));
        _againAt = 0;
    }

    private int Peek()
    {
        if (_againAt < _again.Length)
        {
            return _again[_againAt];
        }

        if (_at == _length)
        {
            _at = 0;
            _length = text.Read(_buffer);
        }

        return _length <= 0 ? End : _buffer[_at];
    }

    private int Next()
    {
        var next = Peek();
        if (next == End)
        {
            return End;
        }

        if (_againAt < _again.Length)
        {
            _againAt++;
        }
        else
        {
            _at++;
        }

        _record.Append((char)next);
        _line += next == '\n' ? 1 : 0;
        return next;
    }
}
