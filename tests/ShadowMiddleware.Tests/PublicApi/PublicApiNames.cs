using System.Reflection;

namespace ShadowMiddleware.Tests.PublicApi;

/// <summary>Writes types the way C# does, with what may be null.</summary>
internal static class PublicApiNames
{
    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(FieldInfo field) => Of(new NullabilityInfoContext().Create(field));

    public static string Of(PropertyInfo property) => Of(new NullabilityInfoContext().Create(property));

    public static string Of(EventInfo @event) => Of(new NullabilityInfoContext().Create(@event));

    public static string Of(ParameterInfo parameter)
    {
        var modifier =
            !parameter.ParameterType.IsByRef ? (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : "ref ";
        return modifier + Of(new NullabilityInfoContext().Create(parameter));
    }

    public static string Of(Type type) =>
        type.IsByRef ? Of(type.GetElementType()!)
        : type.IsArray ? $"{Of(type.GetElementType()!)}[]"
        : Nullable.GetUnderlyingType(type) is { } underlying ? $"{Of(underlying)}?"
        : Generic(type, type.GetGenericArguments().Select(Of));

    public static string Short(Type type) => type.Name.Split('`')[0];

    public static string Arguments(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Of))}>" : "";

    private static string Of(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        if (Nullable.GetUnderlyingType(type) is not null)
        {
            return Of(type);
        }

        var name =
            info.ElementType is { } element ? $"{Of(element)}[]"
            : info.GenericTypeArguments.Length > 0 ? Generic(type, info.GenericTypeArguments.Select(Of))
            : Of(type);
        var state = info.ReadState == NullabilityState.Unknown ? info.WriteState : info.ReadState;
        // Of an unconstrained type parameter the runtime says that it may be null whether or not it is written with a "?".
        var canSay = !type.IsValueType && !type.IsGenericParameter;
        return canSay && state == NullabilityState.Nullable ? $"{name}?" : name;
    }

    // A nested type carries its parents' names: they are what tells it from others of its name.
    private static string Generic(Type type, IEnumerable<string> arguments)
    {
        if (_keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        var parent = type is { IsNested: true, IsGenericParameter: false } ? $"{Short(type.DeclaringType!)}." : "";
        var list = string.Join(", ", arguments);
        return $"{parent}{Short(type)}{(list.Length == 0 ? "" : $"<{list}>")}";
    }
}
