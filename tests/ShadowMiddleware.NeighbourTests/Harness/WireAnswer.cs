using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>What a client got.</summary>
/// <param name="Text">
/// Everything that can be compared: over HTTP/1.1 each byte on the wire, over HTTP/2 the status, the fields in order, the content and the
/// trailers. The date is blank.
/// </param>
/// <param name="Status">The status.</param>
/// <param name="Fields">The fields in order, with the real date.</param>
/// <param name="Body">The content, without framing.</param>
internal sealed record WireAnswer(
    string Text,
    int Status,
    IReadOnlyList<KeyValuePair<string, string>> Fields,
    byte[] Body
)
{
    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>The combined value of a field, or <see langword="null"/> when there is none.</summary>
    public string? Value(string name)
    {
        var values = Fields
            .Where(field => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase))
            .Select(field => field.Value)
            .ToArray();
        return values.Length == 0 ? null : string.Join(", ", values);
    }

    public static WireAnswer Of(RawMessage message) =>
        new(message.ComparableText(), message.Status, message.Fields, message.Body);

    public static async Task<WireAnswer> OfAsync(HttpResponseMessage response, CancellationToken token)
    {
        var body = await response.Content.ReadAsByteArrayAsync(token);
        var fields = response
            .Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value)))
            .ToArray();

        var text = new StringBuilder($"HTTP/{response.Version} {(int)response.StatusCode}\n");
        Write(text, fields);
        text.Append('\n').Append(Encoding.Latin1.GetString(body)).Append('\n');
        Write(
            text,
            response.TrailingHeaders.NonValidated.SelectMany(field =>
                field.Value.Select(value => KeyValuePair.Create(field.Key, value))
            )
        );
        return new(text.ToString(), (int)response.StatusCode, fields, body);
    }

    private static void Write(StringBuilder text, IEnumerable<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, value) in fields)
        {
            text.Append(name).Append(": ").Append(name == "Date" ? "-" : value).Append('\n');
        }
    }
}
