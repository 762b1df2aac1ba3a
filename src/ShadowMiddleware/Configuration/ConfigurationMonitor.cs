namespace ShadowMiddleware.Configuration;

/// <summary>Holds the configuration in force: read at the start, replaced as a whole by each good reload.</summary>
internal sealed class ConfigurationMonitor
{
    private volatile MirroringConfiguration _current;

    public ConfigurationMonitor(MirroringConfiguration initial) => _current = initial;

    public event Action<MirroringConfiguration>? Changed;

    public MirroringConfiguration Current => _current;

    internal void Replace(MirroringConfiguration next)
    {
        _current = next;
        Changed?.Invoke(next);
    }
}
