using System.Reflection;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Throws at the n-th use of whatever stands in for the server's: features, header fields, metadata.</summary>
internal sealed class FaultAt(int use)
{
    private int _uses;

    /// <summary>Whether uses count. Not while the test sets up its own.</summary>
    public bool IsArmed { get; set; }

    /// <summary>Whether it has thrown.</summary>
    public bool HasThrown => Volatile.Read(ref _uses) >= use;

    public void Use()
    {
        if (IsArmed && Interlocked.Increment(ref _uses) == use)
        {
            throw new InvalidOperationException($"use {use}");
        }
    }

    /// <summary>The same, each use of which counts.</summary>
    public T Around<T>(T inner)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, FaultyProxy>();
        ((FaultyProxy)(object)proxy).Set(inner, this);
        return proxy;
    }
}
