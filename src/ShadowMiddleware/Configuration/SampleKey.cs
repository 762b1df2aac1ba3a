namespace ShadowMiddleware.Configuration;

/// <summary>What a sampling decision is drawn from, read from <c>SampleBy</c>.</summary>
/// <param name="Kind">Where the key is.</param>
/// <param name="Name">The name of the header field or of the cookie, or the type of the claim; empty for the others.</param>
internal sealed record SampleKey(SampleKeyKind Kind, string Name)
{
    public const string Mend =
        "write \"Random\", \"TraceId\", \"Header:<name>\", \"Cookie:<name>\" or \"Claim:<type>\".";

    public static readonly SampleKey Random = new(SampleKeyKind.Random, "");

    public static readonly SampleKey TraceId = new(SampleKeyKind.TraceId, "");

    /// <param name="text">The value of <c>SampleBy</c>.</param>
    /// <param name="key">What it means.</param>
    /// <param name="fault">Why it means nothing, with the mend.</param>
    public static bool TryParse(string? text, out SampleKey key, out string fault)
    {
        key = Random;
        fault = "";
        if (Is(text, nameof(SampleKeyKind.Random)))
        {
            return true;
        }

        if (Is(text, nameof(SampleKeyKind.TraceId)))
        {
            key = TraceId;
            return true;
        }

        if (text?.Split(':', 2) is [var prefix, var name])
        {
            SampleKeyKind? kind =
                Is(prefix, nameof(SampleKeyKind.Header)) ? SampleKeyKind.Header
                : Is(prefix, nameof(SampleKeyKind.Cookie)) ? SampleKeyKind.Cookie
                : Is(prefix, nameof(SampleKeyKind.Claim)) ? SampleKeyKind.Claim
                : null;
            if (kind is { } known)
            {
                key = new(known, name);
                fault = NameFault(known, name);
                return fault.Length == 0;
            }
        }

        fault = $"it is not one of its values; {Mend}";
        return false;
    }

    private static string NameFault(SampleKeyKind kind, string name) =>
        name.Length == 0 || name.Trim().Length != name.Length
            ? $"the name after the colon is empty or has blanks around it; write \"{kind}:<name>\" without blanks."
        : kind != SampleKeyKind.Claim && !HeaderNameRules.IsToken(name)
            ? $"what stands after the colon is not a name; write the name of one {(kind == SampleKeyKind.Header ? "header field" : "cookie")}, such as \"{kind}:X-Tenant\"."
        : "";

    private static bool Is(string? text, string name) => string.Equals(text, name, StringComparison.OrdinalIgnoreCase);
}
