namespace ShadowMiddleware.Sending;

/// <summary>How far a response has come, for whoever gives its send up.</summary>
internal sealed class ResponseProgress
{
    private int _status;

    /// <summary>
    /// The status of a gRPC response of which a message has come whole; <see langword="null"/> before that, and for all others. If such a response
    /// does not end it is a stream, and streams may last.
    /// </summary>
    public int? StatusOfStream => Volatile.Read(ref _status) is var status and not 0 ? status : null;

    public void HasMessage(int status) => Volatile.Write(ref _status, status);
}
