using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ShadowMiddleware.Tests.PublicApi;

/// <summary>Writes the attributes that change what a user may do, sees from the compiler, or must preserve when trimming.</summary>
internal static class PublicApiAttributes
{
    private static readonly HashSet<Type> _shown =
    [
        typeof(ObsoleteAttribute),
        typeof(ExperimentalAttribute),
        typeof(FlagsAttribute),
        typeof(AttributeUsageAttribute),
        typeof(RequiresUnreferencedCodeAttribute),
        typeof(RequiresDynamicCodeAttribute),
        typeof(DynamicallyAccessedMembersAttribute),
        typeof(StringSyntaxAttribute),
    ];

    public static string Of(MemberInfo member) => Render(member.GetCustomAttributesData());

    public static string Of(ParameterInfo parameter) => Render(parameter.GetCustomAttributesData());

    // The compiler writes Obsolete itself, for older compilers, where it requires a feature: that is not ours to approve.
    private static bool IsShown(CustomAttributeData attribute, IList<CustomAttributeData> all) =>
        _shown.Contains(attribute.AttributeType)
        && (
            attribute.AttributeType != typeof(ObsoleteAttribute)
            || all.All(other => other.AttributeType != typeof(CompilerFeatureRequiredAttribute))
        );

    private static string Render(IList<CustomAttributeData> attributes) =>
        string.Concat(
            attributes
                .Where(attribute => IsShown(attribute, attributes))
                .Select(attribute =>
                    $"[{attribute.AttributeType.Name[..^"Attribute".Length]}({string.Join(", ", Arguments(attribute))})] "
                )
                .Order(StringComparer.Ordinal)
        );

    private static IEnumerable<string> Arguments(CustomAttributeData attribute) =>
        attribute
            .ConstructorArguments.Select(argument => argument.ToString())
            .Concat(attribute.NamedArguments.Select(argument => argument.ToString()));
}
