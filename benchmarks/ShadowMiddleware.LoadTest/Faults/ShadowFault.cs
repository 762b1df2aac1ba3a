namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>What is wrong with a shadow that speaks by hand.</summary>
internal enum ShadowFault
{
    /// <summary>Over TLS: its certificate's issuer is to be downloaded from a server that accepts and never answers.</summary>
    UnknownIssuer,

    /// <summary>Over HTTP/1.1: each response is chunks of one byte, without end.</summary>
    EndlessChunks,

    /// <summary>Over HTTP/2: a response is empty DATA frames, without end.</summary>
    EndlessData,

    /// <summary>Over HTTP/2: answers, and sends PRIORITY frames without end.</summary>
    EndlessPriority,

    /// <summary>Over HTTP/2: answers, and sends PING frames without end, each of which asks for an answer.</summary>
    EndlessPing,

    /// <summary>Over HTTP/2: answers, and sends ALTSVC frames without end.</summary>
    EndlessAltSvc,
}
