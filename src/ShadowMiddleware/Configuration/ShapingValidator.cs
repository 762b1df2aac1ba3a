using Microsoft.Net.Http.Headers;

namespace ShadowMiddleware.Configuration;

/// <summary>Checks what changes of a copy beyond its header fields.</summary>
internal static class ShapingValidator
{
    // See Sending.HostOverTls.
    public static void CheckHostOverTls(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (shadow.HostHeader != HostHeaderMode.Destination && IsHttp2OverTls(shadow))
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.HostHeader)),
                $"'{shadow.HostHeader}' cannot be sent over HTTP/2 to an https address; remove HttpVersion, or write Destination."
            );
        }
    }

    public static void CheckHostTemplate(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (shadow.HostHeaderTemplate is not { } template)
        {
            return;
        }

        var key = OptionKeys.Join(path, nameof(shadow.HostHeaderTemplate));
        if (!HostTemplate.TryParse(template, out _, out var fault))
        {
            faults.Add(key, $"{SecretMask.Quote(template)}: {fault}");
        }
        else if (shadow.HostHeader != HostHeaderMode.Destination)
        {
            faults.Add(key, $"HostHeader says '{shadow.HostHeader}', which is another host; remove one of the two.");
        }
        else if (IsHttp2OverTls(shadow))
        {
            faults.Add(
                key,
                "another host than that of the address cannot be sent over HTTP/2 to an https address; remove HttpVersion, or this key."
            );
        }
    }

    public static void CheckRewrite(string shadowPath, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (shadow.RewritePath is not { } rewrite)
        {
            return;
        }

        var path = OptionKeys.Join(shadowPath, nameof(shadow.RewritePath));
        var key = OptionKeys.Join(path, nameof(rewrite.Pattern));
        if (string.IsNullOrEmpty(rewrite.Pattern))
        {
            faults.Add(key, "it is missing; write a regular expression such as ^/api/(.*)$.");
        }

        var replacementKey = OptionKeys.Join(path, nameof(rewrite.Replacement));
        if (rewrite.Replacement is null)
        {
            faults.Add(replacementKey, "it is missing; write what takes the place of a match, which may be empty.");
        }

        if (string.IsNullOrEmpty(rewrite.Pattern))
        {
            return;
        }

        if (!PathRewriteRules.TryCompile(rewrite.Pattern, out var pattern, out var fault))
        {
            faults.Add(key, fault);
        }
        else if (
            rewrite.Replacement is { } replacement
            && PathRewriteRules.FindFault(replacement, pattern) is { } surprise
        )
        {
            faults.Add(replacementKey, $"'{SecretMask.Escape(replacement)}': {surprise}");
        }
    }

    public static void CheckBearerToken(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (
            shadow.BearerTokenProvider is not null
            && shadow.SetHeaders.Keys.Contains(HeaderNames.Authorization, StringComparer.OrdinalIgnoreCase)
        )
        {
            faults.Add(
                OptionKeys.Join(
                    OptionKeys.Join(path, nameof(shadow.SetHeaders)),
                    shadow.SetHeaders.Keys.First(name =>
                        name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase)
                    )
                ),
                "UseBearerToken sets it as well; remove one of the two."
            );
        }
    }

    private static bool IsHttp2OverTls(ShadowOptions shadow) =>
        shadow.HttpVersion == "2" && shadow.Address?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;
}
