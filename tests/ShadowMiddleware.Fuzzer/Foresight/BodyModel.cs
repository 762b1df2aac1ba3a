using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Foretells what redaction makes of a body, from what the contract says of JSON, of forms and of everything else.</summary>
internal static partial class BodyModel
{
    // What JSON in any dialect begins with, and no form holds as it is.
    private static readonly SearchValues<byte> NoForm = SearchValues.Create("{}\"<>"u8);
    private static readonly SearchValues<byte> Form = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=&%+-._;"u8
    );

    /// <param name="body">The body of the copy; <see langword="null"/> when it is not known.</param>
    /// <param name="type">Its <c>Content-Type</c>.</param>
    /// <param name="encoding">Its <c>Content-Encoding</c>.</param>
    /// <param name="plan">What is redacted.</param>
    public static RedactedBody Redact(byte[]? body, string type, string encoding, ShadowPlan plan)
    {
        if ((plan.RedactForm.Count == 0 && plan.RedactJson.Count == 0) || body is { Length: 0 })
        {
            return new(body);
        }

        if (body is null)
        {
            return RedactedBody.Unclear;
        }

        if (encoding.Split(',').Any(coding => !Is(coding.Trim(), "") && !Is(coding.Trim(), "identity")))
        {
            return RedactedBody.Refused;
        }

        if (Has(type, "charset") && !Utf8Type().IsMatch(type))
        {
            return Utf16Type().IsMatch(type) ? RedactedBody.Refused : RedactedBody.Unclear;
        }

        var json = JsonModel.Redact(body, plan.RedactJson, out var isClear);
        return !isClear ? RedactedBody.Unclear
            : json is not null ? AsJson(body, json, type, plan)
            : AsForm(body, type, plan);
    }

    // JSON that is called a form is one to whoever believes the name.
    private static RedactedBody AsJson(byte[] body, byte[] json, string type, ShadowPlan plan)
    {
        if (!Has(type, "urlencoded") || plan.RedactForm.Count == 0)
        {
            return new(json);
        }

        var text = Encoding.Latin1.GetString(body);
        var isForm = PairsModel.Redact(text, plan.RedactForm, out var isClear) != text;
        return !isClear ? RedactedBody.Unclear
            : isForm ? RedactedBody.Refused
            : new(json);
    }

    private static RedactedBody AsForm(byte[] body, string type, ShadowPlan plan)
    {
        if (!Has(type, "urlencoded") && !Has(type, "form-data"))
        {
            return RedactedBody.Refused;
        }

        if (UrlEncodedType().IsMatch(type))
        {
            if (body.AsSpan().ContainsAny(NoForm))
            {
                return RedactedBody.Refused;
            }

            var redacted = PairsModel.Redact(Encoding.Latin1.GetString(body), plan.RedactForm, out var isClear);
            return new(
                Encoding.Latin1.GetBytes(redacted),
                MayFail: (!isClear && plan.RedactForm.Count > 0) || body.AsSpan().ContainsAnyExcept(Form)
            );
        }

        // Other forms in parts are for the functional tests.
        return
            type == "multipart/form-data; boundary=B"
            && Part().Match(Encoding.Latin1.GetString(body)) is { Success: true } part
            && NameModel.Covers(plan.RedactForm, part.Groups["name"].Value)
            ? new(Encoding.Latin1.GetBytes($"{part.Groups["head"].Value}redacted{part.Groups["tail"].Value}"))
            : RedactedBody.Unclear;
    }

    private static bool Is(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    private static bool Has(string type, string text) => type.Contains(text, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[a-z/+-]+; charset=utf-8\z", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Utf8Type();

    [GeneratedRegex(@"\A[a-z/+-]+; charset=utf-16\z", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Utf16Type();

    [GeneratedRegex(
        @"\Aapplication/x-www-form-urlencoded(; charset=utf-8)?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex UrlEncodedType();

    [GeneratedRegex(
        "\\A(?<head>--B\r\nContent-Disposition: form-data; name=\"(?<name>[a-zA-Z0-9\\[\\]]+)\"\r\n\r\n)[a-z-]+(?<tail>\r\n--B--\r\n)\\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Part();
}
