using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>What one request looked like from inside the app: to compare with the same request in the twin.</summary>
internal sealed partial class AppView
{
    private readonly ConcurrentQueue<string> _notes = [];
    private long _bytesRead;
    private volatile Exception? _own;

    /// <summary>Set when the client has received the bytes that the app waits for it to receive.</summary>
    public TaskCompletionSource ClientHasRead { get; } = NewSignal();

    /// <summary>Set when the app has begun.</summary>
    public TaskCompletionSource Started { get; } = NewSignal();

    /// <summary>Set when the app has done all it wants with the body.</summary>
    public TaskCompletionSource BodyDone { get; } = NewSignal();

    /// <summary>Opened by the test, for apps that wait for it.</summary>
    public TaskCompletionSource Gate { get; } = NewSignal();

    /// <summary>Set when all middleware is done.</summary>
    public TaskCompletionSource Ended { get; } = NewSignal();

    /// <summary>Set when what the app left running has ended.</summary>
    public TaskCompletionSource LeftoverEnded { get; } = NewSignal();

    /// <summary>What the app, or somebody in front of the mirror, has put in the place of the body that arrived.</summary>
    public byte[]? Replacement { get; set; }

    /// <summary>The body, kept by an app for longer than its request.</summary>
    public Stream? Kept { get; set; }

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public void Note(string text) => _notes.Enqueue(text);

    public void NoteRead(long count) => Interlocked.Add(ref _bytesRead, count);

    /// <summary>Remembers the very object that the app throws.</summary>
    public T Own<T>(T exception)
        where T : Exception
    {
        _own = exception;
        return exception;
    }

    public void NoteException(string where, Exception exception)
    {
        // A task that is cancelled has no stack but of those who wait for it.
        var origin = exception.StackTrace?.Split('\n').FirstOrDefault(IsNotOfTheMirror)?.Trim() ?? "nowhere";

        // Which of the server's methods it was depends on whether the app or the client came first.
        origin = Server().IsMatch(origin) ? "the server" : origin;
        var identity =
            _own is null ? "another's"
            : ReferenceEquals(exception, _own) ? "the app's own"
            : "replaced";
        Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{where}: {exception.GetType()} \"{exception.Message}\" ({identity}, inner {exception.InnerException?.GetType().Name ?? "none"}) from {origin}"
            )
        );
    }

    public override string ToString() => string.Join(Environment.NewLine, _notes.Append($"{BytesRead} bytes read"));

    private static bool IsNotOfTheMirror(string frame) =>
        frame.StartsWith("   at ", StringComparison.Ordinal)
        && !frame.StartsWith("   at ShadowMiddleware.Hosting.", StringComparison.Ordinal);

    [GeneratedRegex(@"^at (System\.IO\.Pipelines|Microsoft\.AspNetCore\.Server\.Kestrel)\.")]
    private static partial Regex Server();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
