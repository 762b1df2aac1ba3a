namespace ShadowMiddleware.Configuration.Keys;

/// <summary>Checks a key of finished options.</summary>
/// <param name="path">The path of the object that has the key.</param>
/// <param name="options">The object.</param>
/// <param name="whole">The options that it is a part of.</param>
/// <param name="faults">Where to write what is wrong.</param>
internal delegate void OptionCheck<in TOptions>(
    string path,
    TOptions options,
    TrafficMirroringOptions whole,
    ConfigurationFaults faults
);
