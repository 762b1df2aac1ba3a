using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Configuration;

/// <summary>The <c>Host</c> that all copies to a shadow carry, or how it is made of the client's.</summary>
/// <param name="Before">What stands before the client's host; all of it, where that is no part of it.</param>
/// <param name="After">What stands behind it; <see langword="null"/> where it is no part of it.</param>
internal sealed record HostTemplate(string Before, string? After)
{
    private const string Placeholder = "{host}";
    private const string Mend = "write a host such as orders.internal or {host}.uat.example.com.";

    /// <summary>Whether the client's host is a part of another name, which an IPv6 address cannot be.</summary>
    public bool IsPartOfName => After is not null && (Before.Length > 0 || After is not ("" or [':', ..]));

    /// <param name="text">What was configured.</param>
    /// <param name="template">What it means.</param>
    /// <param name="fault">When it fails: what is wrong and how to mend it, without the value.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out HostTemplate? template,
        [NotNullWhen(false)] out string? fault
    )
    {
        template = null;
        var parts = text.Split(Placeholder);
        fault =
            parts.Length > 2 ? $"the client's host can stand in it once; {Mend}"
            : !IsHost(string.Join("client", parts)) ? $"it is no host; {Mend}"
            : null;
        if (fault is not null)
        {
            return false;
        }

        template = new HostTemplate(parts[0], parts.Length > 1 ? parts[1] : null);
        return true;
    }

    private static bool IsHost(string host) =>
        host.All(char.IsAscii)
        && !host.Any(character => character is ' ' or '\\' || char.IsControl(character))
        && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var uri)
        && uri.PathAndQuery == "/"
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0
        && !host.EndsWith(':')
        && HostRules.FindFault(uri, host) is null;
}
