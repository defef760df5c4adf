using Microsoft.Extensions.Logging;

namespace CopyTrack.Integration.FaultLab;

/// <summary>Keeps what a server process logged as an error: none is expected, whatever is done to it.</summary>
internal sealed class LabLog(TimeProvider clock) : ILoggerProvider, ILogger
{
    private readonly List<string> errors = [];
    private readonly List<string> notes = [];

    /// <summary>The errors with their exceptions.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (errors)
            {
                return [.. errors];
            }
        }
    }

    /// <summary>What it told beside, in order.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (errors)
            {
                return [.. notes];
            }
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lock (errors)
            {
                (logLevel >= LogLevel.Error ? errors : notes).Add($"{clock.GetUtcNow():MM-dd HH:mm:ss.f} {eventId.Id} {formatter(state, exception)} {exception}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
