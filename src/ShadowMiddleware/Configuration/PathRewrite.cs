using System.Text.RegularExpressions;

namespace ShadowMiddleware.Configuration;

/// <summary>What is replaced in the path of a copy, and by what.</summary>
internal sealed record PathRewrite(Regex Pattern, string Replacement);
