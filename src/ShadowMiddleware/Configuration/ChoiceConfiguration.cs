using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Configuration;

/// <summary>Which requests of a shadow are copied, beyond a share of all.</summary>
internal sealed record ChoiceConfiguration
{
    /// <summary>The first that matches decides.</summary>
    public ImmutableArray<RuleConfiguration> Rules { get; init; } = [];

    /// <summary>Whether a rule makes its requests count as reads, so that no other request is looked at for it.</summary>
    public bool HasReads { get; init; }

    /// <summary>The app's predicates on the request: all must hold. They may throw.</summary>
    public ImmutableArray<Func<HttpContext, bool>> When { get; init; } = [];

    /// <summary>The app's predicates on the request with its response: all must hold. They may throw.</summary>
    public ImmutableArray<Func<HttpContext, bool>> WhenResponse { get; init; } = [];
}
