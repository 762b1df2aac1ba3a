using System.Net;
using System.Text;

namespace ShadowMiddleware.Sending;

/// <summary>
/// Writes a Host of the client's into a copy that goes over TLS. The platform's client takes the Host of a message for the name that TLS asks for and
/// checks, and keeps connections for each name apart: a client of the app could then choose whose certificate the shadow has to show, and fill
/// all of its connections. So the message has the Host of the address, and the handler, which asks for the encoding of each value, is given one that writes
/// the other. Over HTTP/2 it does not ask.
/// </summary>
internal sealed class HostOverTls : Encoding
{
    private static readonly HttpRequestOptionsKey<HostOverTls> _key = new("ShadowMiddleware.Host");
    private readonly string _host;

    private HostOverTls(string host) => _host = host;

    /// <summary>Has the message carry a Host, and be sent over HTTP/1.1.</summary>
    public static void Set(HttpRequestMessage message, string host)
    {
        message.Version = HttpVersion.Version11;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        message.Headers.Host = message.RequestUri!.Authority;
        message.Options.Set(_key, new HostOverTls(host));
    }

    /// <summary>The encoding of a field, when it is a Host that was set.</summary>
    public static Encoding? Find(string name, HttpRequestMessage message) =>
        name == "Host" && message.Options.TryGetValue(_key, out var host) ? host : null;

    public override int GetMaxByteCount(int charCount) => _host.Length;

    public override int GetByteCount(char[] chars, int index, int count) => _host.Length;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(_host, bytes.AsSpan(byteIndex));

    public override int GetBytes(ReadOnlySpan<char> chars, Span<byte> bytes) => ASCII.GetBytes(_host, bytes);

    // Nothing reads with it.
    public override int GetMaxCharCount(int byteCount) => ASCII.GetMaxCharCount(byteCount);

    public override int GetCharCount(byte[] bytes, int index, int count) => ASCII.GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        ASCII.GetChars(bytes, byteIndex, byteCount, chars, charIndex);
}
