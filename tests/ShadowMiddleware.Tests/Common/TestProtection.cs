using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Protection that a test switches, and that remembers what it was asked.</summary>
internal sealed class TestProtection : IPressureProtection
{
    public bool Admits { get; set; } = true;

    public int Asked { get; private set; }

    public List<(int Copies, long BodyLength)> Charged { get; } = [];

    public bool TryAdmit()
    {
        Asked++;
        return Admits;
    }

    /// <summary>What <see cref="Charge"/> throws.</summary>
    public Exception? Fault { get; set; }

    public void Charge(int copies, long bodyLength)
    {
        Charged.Add((copies, bodyLength));
        if (Fault is not null)
        {
            throw Fault;
        }
    }
}
