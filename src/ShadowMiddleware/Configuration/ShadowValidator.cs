namespace ShadowMiddleware.Configuration;

/// <summary>Checks of a shadow what no bound and no choice says.</summary>
internal static class ShadowValidator
{
    public const string AddressMend = "write where the copies go, such as https://orders-v2.internal.";

    public static void CheckAddress(string path, string? address, ConfigurationFaults faults)
    {
        var key = OptionKeys.Join(path, nameof(ShadowOptions.Address));
        if (string.IsNullOrEmpty(address))
        {
            // A shadow that is no object at all has been reported; that it has no address follows from that.
            if (!faults.Has(path))
            {
                faults.Add(key, $"it is missing; {AddressMend}");
            }
        }
        else if (!AddressRules.TryNormalize(address, out _, out var fault))
        {
            faults.Add(key, $"{SecretMask.Quote(address)}: {fault}");
        }
    }

    public static void CheckBudget(
        string path,
        ShadowOptions shadow,
        TrafficMirroringOptions options,
        ConfigurationFaults faults
    )
    {
        // A budget that could not be read says nothing about this key.
        if (!faults.Has(nameof(options.MaxBufferedBytes)) && shadow.MaxBodyBytesIfSet > options.MaxBufferedBytes)
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.MaxBodyBytes)),
                $"{shadow.MaxBodyBytes} is more than MaxBufferedBytes ({options.MaxBufferedBytes}) lets the whole process hold; lower it or raise that."
            );
        }
    }

    public static void CheckHttpVersion(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (shadow.HttpVersion is not (null or "1.1" or "2"))
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.HttpVersion)),
                $"{SecretMask.Quote(shadow.HttpVersion)} is not one of its values; write \"1.1\" or \"2\", or remove the key for either."
            );
        }
    }
}
