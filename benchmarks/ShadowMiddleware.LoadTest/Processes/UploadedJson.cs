using System.Globalization;
using System.Text.Json;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>An upload: JSON of a little less than 1 MB, the most that is copied by default, with many members.</summary>
internal static class UploadedJson
{
    /// <summary>What is to be redacted, in each order.</summary>
    public const string Number = "/orders/*/card/number";
    public const string Holder = "/orders/*/card/holder";

    public const int Length = 1_000_000;

    public static byte[] Create()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("orders");
            for (var id = 1; json.BytesCommitted + json.BytesPending < Length; id++)
            {
                Write(json, id);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, int id)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("customer", string.Create(CultureInfo.InvariantCulture, $"customer-{id % 97}"));
        json.WriteBoolean("gift", id % 2 == 0);
        json.WriteStartObject("card");
        json.WriteString("number", "4111 1111 1111 1111");
        json.WriteString("holder", "A. \"Holder\" of a card");
        json.WriteEndObject();
        json.WriteStartArray("lines");
        for (var line = 1; line <= 3; line++)
        {
            json.WriteStartObject();
            json.WriteString("article", string.Create(CultureInfo.InvariantCulture, $"A-{id}-{line}"));
            json.WriteNumber("price", 12.5 * line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
