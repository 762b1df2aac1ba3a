using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Configuration;

/// <summary>A host of a rule.</summary>
/// <param name="Text">The host as a request names it, in ASCII; behind a wildcard, what a host ends with, the dot in front included.</param>
/// <param name="IsSuffix">Whether there was a wildcard.</param>
internal sealed record HostPattern(string Text, bool IsSuffix)
{
    private const string Wildcard = "*.";
    private const string Mend = "write a host such as shop.example.com, *.example.com or [::1].";

    /// <param name="text">What was configured.</param>
    /// <param name="pattern">What it means.</param>
    /// <param name="fault">When it fails: what is wrong and how to mend it, without the value.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out HostPattern? pattern,
        [NotNullWhen(false)] out string? fault
    )
    {
        pattern = null;
        var isSuffix = text.StartsWith(Wildcard, StringComparison.Ordinal);
        var name = isSuffix ? text[Wildcard.Length..] : text;
        fault = FindFault(name);
        if (fault is not null || !TryCreate(name, out var uri))
        {
            fault ??= $"it is no host; {Mend}";
            return false;
        }

        if (isSuffix && uri.HostNameType != UriHostNameType.Dns)
        {
            fault = $"a wildcard stands before a name only; {Mend}";
            return false;
        }

        pattern = isSuffix ? new HostPattern($".{uri.IdnHost}", IsSuffix: true) : new HostPattern(Host(uri), false);
        return true;
    }

    private static string Host(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;

    private static string? FindFault(string name)
    {
        if (name == "*")
        {
            return "it stands for every host; remove the key Hosts of this rule instead.";
        }

        if (name.Contains('*', StringComparison.Ordinal))
        {
            return $"a wildcard is *. in front, and nowhere else; {Mend}";
        }

        if (name.EndsWith('.'))
        {
            return "it ends with a dot, which is another name; write it without.";
        }

        var afterAddress = name.LastIndexOf(']') + 1;
        if (afterAddress == 0 && name.Count(character => character == ':') > 1)
        {
            return "an IPv6 address stands in brackets; write one such as [::1].";
        }

        return !name.Contains('/', StringComparison.Ordinal) && name.AsSpan(afterAddress).Contains(':')
            ? "ports do not count; write the host without one."
            : null;
    }

    private static bool TryCreate(string name, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate($"http://{name}/", UriKind.Absolute, out uri)
        && uri.PathAndQuery == "/"
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0
        && HostRules.FindFault(uri, name) is null;
}
