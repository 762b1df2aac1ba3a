using System.Text;

namespace ShadowMiddleware;

/// <summary>A copy that would be sent, with its secrets masked.</summary>
public sealed class ExplainedCopy
{
    internal ExplainedCopy() { }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Where it would go: the shadow's address with the target behind it, rewritten and redacted.</summary>
    /// <value>A value in the query that code of the app's has set, and one of a parameter that carries credentials, is <c>***</c>.</value>
    public required string Address { get; init; }

    /// <summary>The value of <c>Host</c>, or of <c>:authority</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The version of HTTP: <c>1.1</c>, <c>2</c>, or <c>1.1, or 2 by ALPN</c>.</summary>
    public required string HttpVersion { get; init; }

    /// <summary>The header fields, in their order, without those that the HTTP client adds by itself. A field that was repeated is one here.</summary>
    /// <value>
    /// A value that the configuration, a token or code of the app's has set, and one of a field that carries credentials, is <c>***</c>. All others are those that were asked about.
    /// </value>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The same as text, a line for each fact. For people: its form may change.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var text = new StringBuilder().Append("  ").Append(Method).Append(' ').Append(Address);
        text.Append(" (HTTP/").Append(HttpVersion).Append(")\n  Host: ").Append(Host);
        foreach (var (name, value) in Headers)
        {
            text.Append("\n  ").Append(name).Append(": ").Append(value);
        }

        return text.ToString();
    }
}
