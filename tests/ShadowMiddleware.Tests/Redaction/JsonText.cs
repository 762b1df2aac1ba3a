using System.Text;

namespace ShadowMiddleware.Tests.Redaction;

/// <summary>A document that knows each of its bytes, and so what becomes of it, without a parser.</summary>
/// <param name="Raw">How it is written.</param>
/// <param name="Members">Of an object: the name as it is written, as it is meant, and the value.</param>
/// <param name="Elements">Of an array.</param>
/// <param name="Blank">What stands between its parts.</param>
internal sealed record JsonText(
    string Raw,
    (string Raw, string Name, JsonText Value)[]? Members = null,
    JsonText[]? Elements = null,
    string Blank = ""
)
{
    public bool IsString => Raw.StartsWith('"');

    public override string ToString() => Write(pointers: [], path: []);

    /// <summary>What is to become of it.</summary>
    public string Redact(string[] pointers) => Write(pointers, path: []);

    private string Write(string[] pointers, (string? Name, int Index)[] path)
    {
        if (pointers.Any(pointer => Names(pointer, path)))
        {
            return IsString ? "\"redacted\"" : "null";
        }

        var text = new StringBuilder();
        if (Members is not null)
        {
            text.Append('{').Append(Blank);
            text.AppendJoin(
                $"{Blank},",
                Members.Select(member =>
                    $"{Blank}\"{member.Raw}\"{Blank}:{Blank}{member.Value.Write(pointers, [.. path, (member.Name, -1)])}"
                )
            );
            return text.Append(Blank).Append('}').ToString();
        }

        if (Elements is not null)
        {
            text.Append('[').Append(Blank);
            text.AppendJoin(
                $"{Blank},",
                Elements.Select((element, index) => $"{Blank}{element.Write(pointers, [.. path, (null, index)])}")
            );
            return text.Append(Blank).Append(']').ToString();
        }

        return Raw;
    }

    // As RFC 6901 puts it, one step after the other.
    private static bool Names(string pointer, (string? Name, int Index)[] path)
    {
        var segments = pointer.Length == 0 ? [] : pointer[1..].Split('/');
        return segments.Length == path.Length
            && segments
                .Zip(path)
                .All(step =>
                    step.First == "*"
                    || (
                        step.Second.Name is { } name
                            ? string.Equals(
                                step.First.Replace("~1", "/", StringComparison.Ordinal)
                                    .Replace("~0", "~", StringComparison.Ordinal),
                                name,
                                StringComparison.OrdinalIgnoreCase
                            )
                            : step.First == $"{step.Second.Index}"
                    )
                );
    }
}
