namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>What a client does next.</summary>
internal enum StepKind
{
    /// <summary>Writes bytes in one piece.</summary>
    Send,

    /// <summary>Lets a moment pass, so that the bytes before and after arrive apart.</summary>
    Pause,

    /// <summary>Waits until the server says something that it had not said when the last bytes were written.</summary>
    AwaitData,

    /// <summary>Says that it sends no more, and goes on reading.</summary>
    HalfClose,

    /// <summary>Closes the connection whatever the server is doing.</summary>
    Close,

    /// <summary>Resets the connection whatever the server is doing.</summary>
    Reset,
}
