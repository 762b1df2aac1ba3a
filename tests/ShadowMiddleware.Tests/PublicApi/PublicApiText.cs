using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ShadowMiddleware.Tests.PublicApi;

/// <summary>Writes what an assembly shows to its users: types and members that they can name, sorted, one to a line.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly) =>
        string.Concat(assembly.GetExportedTypes().OrderBy(type => type.ToString(), StringComparer.Ordinal).Select(Of));

    public static string Of(Type type)
    {
        var text = new StringBuilder();
        text.Append(type.Namespace).Append(": ").Append(PublicApiAttributes.Of(type)).Append(Header(type)).Append('\n');
        foreach (var member in type.GetMembers(Declared).Where(IsVisible).Select(Line).Order(StringComparer.Ordinal))
        {
            text.Append("    ").Append(member).Append('\n');
        }

        return text.Append('\n').ToString();
    }

    private static string Header(Type type)
    {
        var name = PublicApiNames.Of(type);
        if (type.IsEnum)
        {
            return $"enum {name} : {PublicApiNames.Of(type.GetEnumUnderlyingType())}";
        }

        var kind =
            type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
            : "class";
        var modifier =
            kind != "class" ? ""
            : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed "
            : "";
        var bases = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(i => i.IsVisible);
        IEnumerable<string> names = bases.Select(PublicApiNames.Of).Order(StringComparer.Ordinal);
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object))
        {
            names = new[] { PublicApiNames.Of(parent) }.Concat(names);
        }

        var inherited = string.Join(", ", names);
        return $"{modifier}{kind} {name}{(inherited.Length == 0 ? "" : $" : {inherited}")}{Constraints(type.GetGenericArguments())}";
    }

    // Accessors and nested types have lines of their own: with their property or event, and among the types.
    private static bool IsVisible(MemberInfo member) =>
        member switch
        {
            MethodBase { IsSpecialName: true, IsConstructor: false } method => IsOpen(method)
                && method.Name.StartsWith("op_", StringComparison.Ordinal),
            // An override adds nothing that the base does not show.
            MethodInfo method => IsOpen(method)
                && !method.Name.Contains('<', StringComparison.Ordinal)
                && method.GetBaseDefinition() == method,
            MethodBase constructor => IsOpen(constructor),
            FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsOpen),
            EventInfo @event => IsOpen(@event.AddMethod!),
            _ => false,
        };

    private static bool IsOpen(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static string Line(MemberInfo member) =>
        PublicApiAttributes.Of(member)
        + member switch
        {
            FieldInfo { IsLiteral: true } field when field.DeclaringType!.IsEnum =>
                $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
            FieldInfo { IsLiteral: true } field =>
                $"const {PublicApiNames.Of(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}",
            FieldInfo field =>
                $"{Static(field.IsStatic)}{(field.IsInitOnly ? "readonly " : "")}{PublicApiNames.Of(field)} {field.Name}",
            PropertyInfo property => Property(property),
            EventInfo @event => $"event {PublicApiNames.Of(@event)} {@event.Name}",
            ConstructorInfo constructor =>
                $"{Access(constructor)}{PublicApiNames.Short(constructor.DeclaringType!)}({Parameters(constructor)})",
            MethodInfo method =>
                $"{Access(method)}{PublicApiNames.Of(method.ReturnParameter)} {method.Name}{PublicApiNames.Arguments(method)}({Parameters(method)}){Constraints(method.GetGenericArguments())}",
            _ => throw new NotSupportedException(member.ToString()),
        };

    private static string Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsOpen(getter) ? "get; " : "";
        var isInit =
            property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var set = property.SetMethod is { } setter && IsOpen(setter) ? (isInit ? "init; " : "set; ") : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var index = property.GetIndexParameters() is { Length: > 0 } indices ? $"[{Parameters(indices)}]" : "";
        var access = Access((property.GetMethod ?? property.SetMethod)!);
        return $"{access}{required}{PublicApiNames.Of(property)} {property.Name}{index} {{ {get}{set}}}";
    }

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) =>
        string.Join(
            ", ",
            parameters.Select(parameter =>
                $"{PublicApiAttributes.Of(parameter)}{PublicApiNames.Of(parameter)} {parameter.Name}"
                + (parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue)}" : "")
            )
        );

    private static string Constraints(Type[] arguments) =>
        string.Concat(
            arguments
                .Where(argument => argument.IsGenericParameter)
                .Select(argument => (argument.Name, List: string.Join(", ", ConstraintsOf(argument))))
                .Where(argument => argument.List.Length > 0)
                .Select(argument => $" where {argument.Name} : {argument.List}")
        );

    private static IEnumerable<string> ConstraintsOf(Type argument)
    {
        var flags = argument.GenericParameterAttributes;
        var isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        string[] before =
            isStruct ? ["struct"]
            : flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"]
            : [];
        string[] after =
            !isStruct && flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) ? ["new()"] : [];
        var types = argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType));
        return [.. before, .. types.Select(PublicApiNames.Of).Order(StringComparer.Ordinal), .. after];
    }

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ")
        + Static(method.IsStatic)
        + (method is { IsAbstract: true, DeclaringType.IsInterface: false } ? "abstract " : "")
        + (method is { IsVirtual: true, IsFinal: false, IsAbstract: false } ? "virtual " : "");

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    [SuppressMessage("Globalization", "CA1308", Justification = "The keywords of C# are lower case.")]
    private static string Literal(object? value) =>
        value switch
        {
            null => "default",
            string s => $"\"{s}\"",
            bool b => b.ToString().ToLowerInvariant(),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
