using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ShadowMiddleware.Configuration;

/// <summary>
/// A route pattern of a rule, in a form that is matched without an allocation: routing's own matchers make a dictionary of values for every look.
/// </summary>
internal sealed record PathPattern(ImmutableArray<PathSegment> Segments)
{
    /// <param name="text">What was configured.</param>
    /// <param name="pattern">What it means.</param>
    /// <param name="fault">When it fails: what is wrong and how to mend it, without the value.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out PathPattern? pattern,
        [NotNullWhen(false)] out string? fault
    )
    {
        pattern = null;
        fault = PathGlobs.FindFault(text);
        if (fault is not null)
        {
            return false;
        }

        try
        {
            var route = RoutePatternFactory.Parse(text);
            var segments = new PathSegment[route.PathSegments.Count];
            var mayEnd = true;
            for (var i = segments.Length - 1; i >= 0 && fault is null; i--)
            {
                segments[i] = Compile(route, route.PathSegments[i], mayEnd, out fault);
                mayEnd = segments[i].MayBeMissing;
            }

            if (fault is not null)
            {
                return false;
            }

            pattern = new PathPattern([.. segments]);
            return true;
        }
        catch (RoutePatternException exception)
        {
            fault =
                $"it is no route pattern ({SecretMask.Escape(exception.Message)}); write one such as /orders/{{id}} or /catalog/{{**rest}}.";
            return false;
        }
    }

    private static PathSegment Compile(
        RoutePattern route,
        RoutePatternPathSegment segment,
        bool mayEnd,
        out string? fault
    )
    {
        fault = null;
        if (segment is { IsSimple: true, Parts: [RoutePatternLiteralPart literal] })
        {
            return new PathSegment { Literal = literal.Content };
        }

        if (segment is not { IsSimple: true, Parts: [RoutePatternParameterPart parameter] })
        {
            fault =
                "one of its segments mixes text and parameters; write a segment that is one or the other, such as /files/{name}.";
            return new PathSegment();
        }

        var constraints = new List<PathConstraint>();
        foreach (var policy in parameter.ParameterPolicies)
        {
            if (parameter.IsCatchAll || !PathConstraints.TryParse(policy.Content, out var constraint))
            {
                fault =
                    $"the constraint '{SecretMask.Escape(policy.Content ?? "")}' cannot be used {(parameter.IsCatchAll ? "for the rest of a path" : "here")}; "
                    + $"write the parameter without it{(parameter.IsCatchAll ? "" : $", or with one of {PathConstraints.Names}")}.";
                return new PathSegment();
            }

            constraints.Add(constraint);
        }

        // A default that its own constraints refuse lets nothing be missing.
        var hasDefault =
            route.Defaults.TryGetValue(parameter.Name, out var value)
            && constraints.TrueForAll(constraint => constraint($"{value}"));
        return new PathSegment
        {
            Constraints = [.. constraints],
            IsCatchAll = parameter.IsCatchAll,
            MayBeMissing = mayEnd && (parameter.IsOptional || parameter.IsCatchAll || hasDefault),
        };
    }
}
