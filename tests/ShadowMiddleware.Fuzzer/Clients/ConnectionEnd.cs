namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>How a connection ended, as its client saw it.</summary>
internal enum ConnectionEnd
{
    /// <summary>The server closed it in order.</summary>
    Closed,

    /// <summary>The server reset it.</summary>
    Reset,

    /// <summary>The server went silent, and had no more to say, or little, when the client said that it sends no more.</summary>
    Silent,

    /// <summary>The client left first, as its script said.</summary>
    Left,
}
