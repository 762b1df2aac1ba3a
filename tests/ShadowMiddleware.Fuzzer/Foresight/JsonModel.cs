using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Redacts what pointers name in JSON, and leaves every other byte.</summary>
internal sealed class JsonModel
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string[][] _pointers;
    private readonly List<(int Start, int End, string Text)> _edits = [];
    private bool _endsEarly;

    private JsonModel(IEnumerable<string> pointers) =>
        _pointers = [.. pointers.Select(pointer => pointer[1..].Split('/'))];

    /// <param name="body">The body.</param>
    /// <param name="pointers">Pointers without escapes.</param>
    /// <param name="isClear">Whether all readers agree on what the body is.</param>
    /// <returns>The redacted body; <see langword="null"/> when it is no JSON.</returns>
    public static byte[]? Redact(byte[] body, IEnumerable<string> pointers, out bool isClear)
    {
        isClear = !body.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        var model = new JsonModel(pointers);
        try
        {
            _ = Utf8.GetCharCount(body);
            model.Read(body);
            isClear &= !model._endsEarly;
            return model.Apply(body);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in a name.
            isClear = false;
            return null;
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException)
        {
            return null;
        }
    }

    private void Read(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
        reader.Read();
        ReadValue(ref reader, []);

        // Nothing may follow.
        reader.Read();
    }

    private void ReadValue(ref Utf8JsonReader reader, List<string> path)
    {
        if (Array.Exists(_pointers, pointer => Names(pointer, path)))
        {
            var start = (int)reader.TokenStartIndex;
            var text = reader.TokenType == JsonTokenType.String ? "\"redacted\"" : "null";
            reader.Skip();
            _edits.Add((start, (int)reader.BytesConsumed, text));
            return;
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                ReadValue(ref reader, [.. path, i.ToString(CultureInfo.InvariantCulture)]);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                _endsEarly |= name.Contains('\0', StringComparison.Ordinal);
                reader.Read();
                ReadValue(ref reader, [.. path, name]);
            }
        }
    }

    private static bool Names(string[] pointer, List<string> path) =>
        pointer.Length == path.Count
        && pointer
            .Zip(path)
            .All(pair =>
                pair.First == "*" || pair.First.Equals(NameModel.Seen(pair.Second), StringComparison.OrdinalIgnoreCase)
            );

    private byte[] Apply(byte[] body)
    {
        var redacted = new List<byte>();
        var at = 0;
        foreach (var (start, end, text) in _edits)
        {
            redacted.AddRange(body[at..start]);
            redacted.AddRange(Encoding.ASCII.GetBytes(text));
            at = end;
        }

        redacted.AddRange(body[at..]);
        return [.. redacted];
    }
}
