namespace ShadowMiddleware.Configuration;

/// <summary>Checks the finished options of one shadow.</summary>
internal static class ShadowValidator
{
    public const string AddressMend = "write where the copies go, such as https://orders-v2.internal.";

    public static void Check(
        string name,
        ShadowOptions shadow,
        TrafficMirroringOptions options,
        ConfigurationFaults faults
    )
    {
        var path = OptionKeys.ForShadow(name);

        CheckAddress(path, shadow.Address, faults);
        Bound(nameof(shadow.Percent), shadow.Percent, OptionBounds.Percent);
        SamplingValidator.Check(path, shadow, options.TagHeader, faults);
        RuleValidator.Check(path, shadow, options.TagHeader, faults);
        CheckEnum(nameof(shadow.Writes), shadow.Writes);
        HeaderValidator.Check(path, shadow, options.TagHeader, faults);
        ShapingValidator.Check(path, shadow, faults);
        CheckEnum(nameof(shadow.PathFidelity), shadow.PathFidelity);
        Bound(nameof(shadow.MaxBodyBytes), shadow.MaxBodyBytes, OptionBounds.MaxBodyBytes);
        CheckBudget(path, shadow, options, faults);
        Bound(nameof(shadow.QueueCapacity), shadow.QueueCapacity, OptionBounds.QueueCapacity);
        Bound(nameof(shadow.MaxConcurrency), shadow.MaxConcurrency, OptionBounds.MaxConcurrency);
        if (shadow.MaxRequestsPerSecond is { } rate)
        {
            Bound(nameof(shadow.MaxRequestsPerSecond), rate, OptionBounds.MaxRequestsPerSecond);
        }

        Bound(nameof(shadow.QueueTimeout), shadow.QueueTimeout, OptionBounds.QueueTimeout);
        Bound(nameof(shadow.Timeout), shadow.Timeout, OptionBounds.Timeout);
        if (shadow.HttpVersion is not (null or "1.1" or "2"))
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.HttpVersion)),
                $"{SecretMask.Quote(shadow.HttpVersion)} is not one of its values; write \"1.1\" or \"2\", or remove the key for either."
            );
        }

        CheckBreaker(OptionKeys.Join(path, nameof(shadow.CircuitBreaker)), shadow.CircuitBreaker, faults);

        void Bound<T>(string key, T value, Bound<T> bound)
            where T : IComparable<T> => OptionsValidator.CheckBound(OptionKeys.Join(path, key), value, bound, faults);

        // Code can cast any number to an enum.
        void CheckEnum<T>(string key, T value)
            where T : struct, Enum
        {
            if (!Enum.IsDefined(value))
            {
                faults.Add(
                    OptionKeys.Join(path, key),
                    $"'{value}' is not one of its values; write {string.Join(" or ", Enum.GetNames<T>())}."
                );
            }
        }
    }

    private static void CheckAddress(string path, string? address, ConfigurationFaults faults)
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

    private static void CheckBudget(
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

    private static void CheckBreaker(string path, CircuitBreakerOptions breaker, ConfigurationFaults faults)
    {
        Bound(nameof(breaker.FailureRatio), breaker.FailureRatio, OptionBounds.FailureRatio);
        Bound(nameof(breaker.MinimumThroughput), breaker.MinimumThroughput, OptionBounds.MinimumThroughput);
        Bound(nameof(breaker.SamplingDuration), breaker.SamplingDuration, OptionBounds.BreakerDuration);
        Bound(nameof(breaker.BreakDuration), breaker.BreakDuration, OptionBounds.BreakerDuration);

        void Bound<T>(string key, T value, Bound<T> bound)
            where T : IComparable<T> => OptionsValidator.CheckBound(OptionKeys.Join(path, key), value, bound, faults);
    }
}
