using Microsoft.Net.Http.Headers;

namespace ShadowMiddleware.Configuration;

/// <summary>Checks what changes of a copy beyond its header fields.</summary>
internal static class ShapingValidator
{
    public static void Check(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        CheckEnum(OptionKeys.Join(path, nameof(shadow.HostHeader)), shadow.HostHeader, faults);
        CheckHostOverTls(path, shadow, faults);
        CheckEnum(OptionKeys.Join(path, nameof(shadow.ForwardedHeaders)), shadow.ForwardedHeaders, faults);
        if (shadow.RewritePath is { } rewrite)
        {
            CheckRewrite(OptionKeys.Join(path, nameof(shadow.RewritePath)), rewrite, faults);
        }

        CheckBearerToken(path, shadow, faults);
        RedactionValidator.Check(path, shadow, faults);
    }

    // Code can cast any number to an enum.
    private static void CheckEnum<T>(string key, T value, ConfigurationFaults faults)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            faults.Add(key, $"'{value}' is not one of its values; write {string.Join(" or ", Enum.GetNames<T>())}.");
        }
    }

    // See Sending.HostOverTls.
    private static void CheckHostOverTls(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (
            shadow.HostHeader != HostHeaderMode.Destination
            && shadow.HttpVersion == "2"
            && shadow.Address?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true
        )
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.HostHeader)),
                $"'{shadow.HostHeader}' cannot be sent over HTTP/2 to an https address; remove HttpVersion, or write Destination."
            );
        }
    }

    private static void CheckRewrite(string path, PathRewriteOptions rewrite, ConfigurationFaults faults)
    {
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

    private static void CheckBearerToken(string path, ShadowOptions shadow, ConfigurationFaults faults)
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
}
