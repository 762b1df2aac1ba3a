using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>
/// Two valid values for every key. With all the first ones in force, every request is mirrored and no bound is near; most of the
/// second ones show in the ledger or in the copy.
/// </summary>
internal sealed class ReloadedKeys
{
    public const string Shadow = "v2";
    public const string Guest = "guest";

    /// <summary>The address of the shadow that comes and goes.</summary>
    public const string GuestAddress = $"Shadows:{Guest}:Address";

    private const string ShadowPlace = $"Shadows:{Shadow}:";

    private readonly Dictionary<(string Set, string Key), TwoValues> _values = [];

    /// <param name="first">Where the copies go.</param>
    /// <param name="second">Where they go too.</param>
    /// <param name="http2">Where they go over HTTP/2.</param>
    /// <param name="guest">Where those of the shadow go that comes and goes.</param>
    public ReloadedKeys(string first, string second, string http2, string guest)
    {
        GuestHome = guest;
        AddTopLevel();
        AddChoice();
        AddShape();
        AddBounds();
        Add("Shadow", "Address", first, second);
        Add("Shadow", "HttpVersion", [Of("HttpVersion", "1.1")], [Of("HttpVersion", "2"), Of("Address", http2)]);

        // Objects as a whole: there, and not there.
        AddWhole("TopLevel", "Protection", "Protection");
        AddWhole("Shadow", "Rules", "Rule");
        AddWhole("Shadow", "RewritePath", "RewritePath");
        AddWhole("Shadow", "CircuitBreaker", "CircuitBreaker");
    }

    /// <summary>Every key that this version reads, by the set that it is in. Those of the table, so that none can be forgotten.</summary>
    public static IEnumerable<(string Set, string Key)> Built =>
        OptionKeys.Tables.SelectMany(set => set.Built.Select(key => (set.Name, key)));

    /// <summary>Where the copies of the shadow go that comes and goes.</summary>
    public string GuestHome { get; }

    public IReadOnlyDictionary<(string Set, string Key), TwoValues> Values => _values;

    /// <summary>All the first values.</summary>
    public Dictionary<string, string?> Start =>
        _values
            .Values.SelectMany(values => values.First)
            .DistinctBy(setting => setting.Key)
            .ToDictionary(setting => setting.Key, setting => setting.Value);

    private void AddTopLevel()
    {
        Add("TopLevel", "Enabled", "true", "false");
        Add("TopLevel", "TagHeader", "X-Shadow-Request", "X-Copy");
        Add("TopLevel", "MaxBufferedBytes", "67108864", "33554432");
        Add("TopLevel", "DrainTimeout", "00:00:00.1", "00:00:00.2");
        Add("TopLevel", "Shadows", [(GuestAddress, null)], [(GuestAddress, GuestHome)]);
        Add("TopLevel", "IncludeInHttpClientMetrics", "false", "true");
        Add("Protection", "Enabled", "false", "true");
    }

    private void AddChoice()
    {
        // The rule has a percent of its own, which would hide the shadow's.
        Add("Shadow", "Percent", [Of("Percent", "100")], [Of("Percent", "0"), Of("Rules:0:Percent", null)]);
        Add("Shadow", "SampleBy", "Random", "Header:X-Id");
        Add("Shadow", "Salt", "one", "two");
        Add("Shadow", "Until", "2999-01-01T00:00:00Z", "2001-01-01T00:00:00Z");
        Add("Shadow", "Writes", "Mirror", "Skip");
        AddList("Rule", "Methods", "GET", "POST");
        AddList("Rule", "Hosts", "primary.example", "other.example");
        AddList("Rule", "Paths", "/load/{**rest}", "/load/read");
        Add("Rule", "Headers", [Of("Rules:0:Headers:X-Kind", "load")], [Of("Rules:0:Headers:X-Kind", "other")]);
        Add("Rule", "Query", [Of("Rules:0:Query:kind", "load")], [Of("Rules:0:Query:kind", "other")]);
        Add("Rule", "Percent", [Of("Rules:0:Percent", "100")], [Of("Rules:0:Percent", "0")]);
        Add("Rule", "TreatAsRead", "false", "true");
        AddList("Rule", "ResponseStatus", "2xx", "5xx");
    }

    private void AddShape()
    {
        AddList("Shadow", "RemoveHeaders", "X-First", "X-Second");
        Add("Shadow", "SetHeaders", [Of("SetHeaders:X-Set", "1")], [Of("SetHeaders:X-Set", "2")]);
        Add("Shadow", "HostHeader", "Destination", "Original");
        Add(
            "Shadow",
            "HostHeaderTemplate",
            [Of("HostHeaderTemplate", null)],
            [Of("HostHeaderTemplate", "{host}.uat.example")]
        );
        Add("Shadow", "ForwardedHeaders", "None", "Append");
        Add("Shadow", "PathFidelity", "Raw", "Canonical");
        Add("RewritePath", "Pattern", "^/load/", "^/load/(?:read|write)");
        Add("RewritePath", "Replacement", "/moved/", "/again/");

        // The secret of the requests is redacted by either.
        AddList("Shadow", "RedactQuery", "token", "TOKEN");
        AddList("Shadow", "RedactForm", "password", "pin");
        AddList("Shadow", "RedactJson", "/secret", "/*");
    }

    private void AddBounds()
    {
        // Below what a request with a body has.
        Add("Shadow", "MaxBodyBytes", "1048576", "10");
        Add("Shadow", "QueueCapacity", "100000", "1000");
        Add("Shadow", "MaxConcurrency", "64", "1");
        Add("Shadow", "MaxRequestsPerSecond", "1000000", "1");
        Add("Shadow", "QueueTimeout", "00:01:00", "00:00:50");
        Add("Shadow", "Timeout", "00:01:00", "00:00:50");
        Add("CircuitBreaker", "FailureRatio", "0.5", "0.25");
        Add("CircuitBreaker", "MinimumThroughput", "20", "10");
        Add("CircuitBreaker", "SamplingDuration", "00:00:30", "00:00:10");
        Add("CircuitBreaker", "BreakDuration", "00:00:05", "00:00:01");
    }

    private static (string Key, string? Value) Of(string key, string? value) => ($"{ShadowPlace}{key}", value);

    private static string PlaceOf(string set) =>
        set switch
        {
            "TopLevel" => "",
            "Protection" => "Protection:",
            "Shadow" => ShadowPlace,
            "Rule" => $"{ShadowPlace}Rules:0:",
            _ => $"{ShadowPlace}{set}:",
        };

    private void Add(string set, string key, string first, string second) =>
        Add(set, key, [($"{PlaceOf(set)}{key}", first)], [($"{PlaceOf(set)}{key}", second)]);

    private void AddList(string set, string key, string first, string second) =>
        Add(set, key, [($"{PlaceOf(set)}{key}:0", first)], [($"{PlaceOf(set)}{key}:0", second)]);

    private void Add(
        string set,
        string key,
        (string Key, string? Value)[] first,
        (string Key, string? Value)[] second
    ) => _values.Add((set, key), new TwoValues(first, second));

    private void AddWhole(string set, string key, string parts)
    {
        var first = _values.Where(values => values.Key.Set == parts).SelectMany(values => values.Value.First).ToArray();
        Add(set, key, first, [.. first.Select(setting => (setting.Key, (string?)null))]);
    }
}
