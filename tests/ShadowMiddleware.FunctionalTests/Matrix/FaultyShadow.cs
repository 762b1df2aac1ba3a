using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>A shadow with a fault, while it runs.</summary>
internal sealed class FaultyShadow : IAsyncDisposable
{
    private readonly IAsyncDisposable _owner;

    private FaultyShadow(IAsyncDisposable owner, string address)
    {
        _owner = owner;
        Address = address;
    }

    public string Address { get; }

    public int Port => new Uri(Address).Port;

    /// <summary>Where there is somebody who listens.</summary>
    public RawShadow? Raw => _owner as RawShadow;

    /// <summary>What the client of the mirror has to be set to for the fault to show, beyond its version.</summary>
    public Action<SocketsHttpHandler>? ConfigureClient { get; private init; }

    public static FaultyShadow Of<T>(T owner, Func<T, string> address)
        where T : IAsyncDisposable => new(owner, address(owner));

    public static FaultyShadow Of(
        ShadowScript script,
        string scheme = "http",
        Action<SocketsHttpHandler>? configureClient = null,
        int? receiveBuffer = null
    )
    {
        var shadow = RawShadow.Start(script, receiveBuffer);
        return new(shadow, $"{scheme}://127.0.0.1:{shadow.Port}") { ConfigureClient = configureClient };
    }

    public ValueTask DisposeAsync() => _owner.DisposeAsync();
}
