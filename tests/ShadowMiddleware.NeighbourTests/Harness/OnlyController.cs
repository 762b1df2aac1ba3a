using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>An app of one controller, whatever else is in this assembly.</summary>
internal sealed class OnlyController(Type controller) : ApplicationPart, IApplicationPartTypeProvider
{
    public override string Name => controller.Name;

    public IEnumerable<TypeInfo> Types => [controller.GetTypeInfo()];

    public static void Use<T>(IMvcBuilder mvc) =>
        mvc.ConfigureApplicationPartManager(parts =>
        {
            parts.ApplicationParts.Clear();
            parts.ApplicationParts.Add(new OnlyController(typeof(T)));
        });
}
