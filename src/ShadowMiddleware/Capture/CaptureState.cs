namespace ShadowMiddleware.Capture;

/// <summary>How far the capture of a body has come.</summary>
/// <remarks>A byte, which fits between the other fields of a capture: there is one for each body.</remarks>
internal enum CaptureState : byte
{
    /// <summary>The end was not seen yet.</summary>
    Reading,

    /// <summary>A read behind the last captured byte said that nothing follows.</summary>
    EndSeen,

    /// <summary>The body is longer than any shadow of this request takes. Nothing is kept.</summary>
    TooLarge,

    /// <summary>The gRPC call has sent more than one message. Nothing is kept.</summary>
    Streaming,

    /// <summary>The process holds as many captured bytes as it may. Nothing is kept.</summary>
    OverBudget,

    /// <summary>A read failed because the client went away.</summary>
    ClientGone,

    /// <summary>A read failed for another reason.</summary>
    Faulted,
}
