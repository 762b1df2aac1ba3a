using System.Runtime.CompilerServices;
using ShadowMiddleware;
using ShadowMiddleware.Sending;

#pragma warning disable IDE0130 // Next to AddTrafficMirroring
namespace Microsoft.Extensions.DependencyInjection;

#pragma warning restore IDE0130

/// <content>Changes of copies in code.</content>
public static partial class TrafficMirroringBuilderExtensions
{
    /// <summary>Changes the copies to all shadows, those that a reload adds included.</summary>
    /// <param name="builder">What <c>AddTrafficMirroring</c> returned.</param>
    /// <param name="transform">Changes one copy.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// Runs in the background for each copy and each shadow, after <c>RemoveHeaders</c>, <c>SetHeaders</c> and <c>RewritePath</c>, in the order in which
    /// transforms were added, and on several threads at once. One that throws drops that copy as <c>transform_failed</c> and touches nothing
    /// else. It is not asynchronous, because it holds a place among <c>MaxConcurrency</c> while it runs: what has to be waited for, get beforehand.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="transform"/> is an <c>async</c> method: nobody would wait for it, and the copy would go without its changes.</exception>
    public static ITrafficMirroringBuilder AddTransform(
        this ITrafficMirroringBuilder builder,
        Action<MirroredRequest> transform
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ThrowIfNoTransform(transform);

        builder.Services.AddSingleton(new TransformRegistration(Shadow: null, transform));
        return builder;
    }

    /// <summary>Changes the copies to one shadow.</summary>
    /// <param name="builder">What <c>AddTrafficMirroring</c> returned.</param>
    /// <param name="shadow">The name of the shadow.</param>
    /// <param name="transform">Changes one copy.</param>
    /// <returns>The same builder.</returns>
    /// <inheritdoc cref="AddTransform(ITrafficMirroringBuilder, Action{MirroredRequest})" path="/remarks"/>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="transform"/> is an <c>async</c> method: nobody would wait for it, and the copy would go without its changes.</exception>
    public static ITrafficMirroringBuilder AddTransform(
        this ITrafficMirroringBuilder builder,
        string shadow,
        Action<MirroredRequest> transform
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(shadow);
        ThrowIfNoTransform(transform);

        builder.Services.AddSingleton(new TransformRegistration(shadow, transform));
        return builder;
    }

    // An async lambda fits Action, and what it throws after its first wait ends the process.
    private static void ThrowIfNoTransform(Action<MirroredRequest> transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        if (transform.GetInvocationList().Any(one => one.Method.IsDefined(typeof(AsyncStateMachineAttribute), false)))
        {
            throw new ArgumentException(
                "A transform cannot be async: nobody waits for it. Get what has to be waited for beforehand, a token with UseBearerToken.",
                nameof(transform)
            );
        }
    }
}
