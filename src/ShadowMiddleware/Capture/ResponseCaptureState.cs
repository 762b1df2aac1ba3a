namespace ShadowMiddleware.Capture;

/// <summary>How far the capture of a response's body has come, and why there is none.</summary>
/// <remarks>A byte, which fits between the other fields of a capture: there is one for each body.</remarks>
internal enum ResponseCaptureState : byte
{
    /// <summary>The app may still write.</summary>
    Writing,

    /// <summary>The app is done, and every byte that it wrote was captured.</summary>
    Whole,

    /// <summary>The body is longer than what may be captured. Nothing is kept.</summary>
    TooLarge,

    /// <summary>The process holds as many captured bytes as it may. Nothing is kept.</summary>
    OverBudget,

    /// <summary>The app sent a file, which the server reads by itself. Nothing is kept.</summary>
    SentFile,

    /// <summary>The response was broken off, by the app, the server or the client. Nothing is kept.</summary>
    Incomplete,

    /// <summary>The app wrote in a way that leaves open which bytes are sent, or in which order. Nothing is kept.</summary>
    OrderUnknown,
}
