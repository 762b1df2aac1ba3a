namespace ShadowMiddleware.Sending;

/// <summary>The header fields of a message.</summary>
internal readonly struct MessageFields : IFields
{
    private readonly HttpRequestMessage _message;

    public MessageFields(HttpRequestMessage message) => _message = message;

    /// <exception cref="NotSupportedException">The platform's client cannot send the field.</exception>
    public void Add(string name, string value)
    {
        // The client writes them as they are (RFC 9110 section 5.5 forbids them): the rest of the value would be a field of its own.
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new NotSupportedException("The value of a header field contains a line break.");
        }

        if (_message.Headers.TryAddWithoutValidation(name, value))
        {
            return;
        }

        // The client keeps fields that describe a body apart, and has nowhere to put them without one.
        _message.Content ??= new ByteArrayContent([]);
        if (!_message.Content.Headers.TryAddWithoutValidation(name, value))
        {
            throw new NotSupportedException("A header field of the request is one that the HTTP client cannot send.");
        }
    }
}
