using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Passes calls on, after <see cref="FaultAt"/> was asked.</summary>
[SuppressMessage("Design", "CA1852:Seal internal types", Justification = "DispatchProxy derives from it.")]
[SuppressMessage("Design", "MA0053:Make class or record sealed", Justification = "DispatchProxy derives from it.")]
internal class FaultyProxy : DispatchProxy
{
    private object _inner = null!;
    private FaultAt _fault = null!;

    public void Set(object inner, FaultAt fault)
    {
        _inner = inner;
        _fault = fault;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _fault.Use();
        try
        {
            return targetMethod!.Invoke(_inner, args);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }
}
