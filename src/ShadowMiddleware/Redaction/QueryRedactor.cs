using System.Buffers;
using System.Text;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Redacts the query of a target.</summary>
internal static class QueryRedactor
{
    /// <summary>Replaces the values of names. Everything else stays as it is.</summary>
    /// <exception cref="NotSupportedException">Nobody can tell what a name is.</exception>
    public static string Redact(string target, RedactedNames names)
    {
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
        {
            return target;
        }

        var query = Encoding.UTF8.GetBytes(target[(mark + 1)..]);
        var edits = new BodyEdits();
        var pairs = new PairRedactor(new ReadOnlySequence<byte>(query), names, edits);
        while (!pairs.Step()) { }

        if (edits.Count == 0)
        {
            return target;
        }

        var redacted = new StringBuilder().Append(target, 0, mark + 1);
        foreach (var piece in edits.Apply([query]))
        {
            redacted.Append(Encoding.UTF8.GetString(piece.Span));
        }

        return redacted.ToString();
    }
}
