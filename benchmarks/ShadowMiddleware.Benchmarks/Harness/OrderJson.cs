using System.Text;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>An <see cref="Order"/> as JSON.</summary>
internal sealed record OrderJson(byte[] Bytes, int Lines)
{
    private const string Beginning = """{"id":42,"lines":[""";
    private const string Line = """{"sku":"A-100000","quantity":3}""";
    private const string Note = """],"note":"x""";
    private const string Ending = "\"}";

    /// <summary>As many lines as fit, and a note that fills up what is left.</summary>
    public static OrderJson OfLength(int bytes)
    {
        var json = new StringBuilder(Beginning, bytes);
        json.Append(Line);
        var lines = 1;
        while (json.Length + 1 + Line.Length + Note.Length + Ending.Length <= bytes)
        {
            json.Append(',').Append(Line);
            lines++;
        }

        json.Append(Note);
        json.Append('x', bytes - json.Length - Ending.Length).Append(Ending);
        return new OrderJson(Encoding.ASCII.GetBytes(json.ToString()), lines);
    }
}
