using System.Globalization;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>One key of an object of the configuration: all that there is to say about it, in one place.</summary>
/// <param name="Name">As it is written; case is ignored.</param>
/// <param name="Kind">What is written as its value.</param>
/// <param name="Meaning">What it does, in one line of Markdown without links.</param>
/// <param name="Get">Its value in the options.</param>
/// <param name="Read">Reads it from a section into the options.</param>
internal sealed record OptionKey<TOptions>(
    string Name,
    OptionKind Kind,
    string Meaning,
    Func<TOptions, object?> Get,
    Action<ObjectReader, TOptions> Read
) : OptionKey(Name, Kind, Meaning)
    where TOptions : new()
{
    /// <summary>Checks what its kind, its bounds or its choices demand.</summary>
    public OptionCheck<TOptions> Check { get; init; } = Nothing;

    /// <summary>Checks what else holds for it, other keys included.</summary>
    public OptionCheck<TOptions> Rule { get; init; } = Nothing;

    public override object? Default => IsBuilt ? Get(new TOptions()) : null;

    public static OptionKey<TOptions> Flag(
        string name,
        string meaning,
        Func<TOptions, bool> get,
        Action<TOptions, bool> set
    ) =>
        new(
            name,
            OptionKind.Flag,
            meaning,
            options => get(options),
            (reader, options) => reader.Boolean(name, value => set(options, value))
        );

    public static OptionKey<TOptions> Integer(
        string name,
        string meaning,
        Bound<int> bound,
        Func<TOptions, int> get,
        Action<TOptions, int> set
    ) =>
        new(
            name,
            OptionKind.Integer,
            meaning,
            options => get(options),
            (reader, options) => reader.Int32(name, bound, value => set(options, value))
        )
        {
            Min = bound.Min,
            Max = bound.Max == int.MaxValue ? null : bound.Max,
            Check = Within(name, bound, options => get(options)),
        };

    public static OptionKey<TOptions> Integer(
        string name,
        string meaning,
        Bound<long> bound,
        Func<TOptions, long> get,
        Action<TOptions, long> set
    ) =>
        new(
            name,
            OptionKind.Integer,
            meaning,
            options => get(options),
            (reader, options) => reader.Int64(name, bound, value => set(options, value))
        )
        {
            Min = bound.Min,
            Max = bound.Max == long.MaxValue ? null : bound.Max,
            Check = Within(name, bound, options => get(options)),
        };

    public static OptionKey<TOptions> Number(
        string name,
        string meaning,
        Bound<double> bound,
        Func<TOptions, double?> get,
        Action<TOptions, double> set
    ) =>
        new(
            name,
            OptionKind.Number,
            meaning,
            options => get(options),
            (reader, options) => reader.Double(name, bound, value => set(options, value))
        )
        {
            Min = bound.Min,
            Max = bound.Max,
            Check = Within(name, bound, get),
        };

    public static OptionKey<TOptions> Time(
        string name,
        string meaning,
        Bound<TimeSpan> bound,
        Func<TOptions, TimeSpan> get,
        Action<TOptions, TimeSpan> set
    ) =>
        new(
            name,
            OptionKind.Time,
            meaning,
            options => get(options),
            (reader, options) => reader.Time(name, bound, value => set(options, value))
        )
        {
            Min = bound.Min,
            Max = bound.Max,
            Check = Within(name, bound, options => get(options)),
        };

    public static OptionKey<TOptions> Moment(
        string name,
        string meaning,
        Func<TOptions, DateTimeOffset?> get,
        Action<TOptions, DateTimeOffset> set
    ) =>
        new(
            name,
            OptionKind.Moment,
            meaning,
            options => get(options),
            (reader, options) => reader.Moment(name, value => set(options, value))
        );

    /// <param name="name">The key.</param>
    /// <param name="meaning">What it does.</param>
    /// <param name="get">Its value.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="mendIfEmpty">What to do about an empty text; <see langword="null"/> for the usual words.</param>
    public static OptionKey<TOptions> Text(
        string name,
        string meaning,
        Func<TOptions, string?> get,
        Action<TOptions, string> set,
        string? mendIfEmpty = null
    ) =>
        new(
            name,
            OptionKind.Text,
            meaning,
            get,
            (reader, options) => reader.Text(name, value => set(options, value), mendIfEmpty)
        );

    /// <summary>One of the names of an enum; a number never stands for one.</summary>
    public static OptionKey<TOptions> Choice<TEnum>(
        string name,
        string meaning,
        Func<TOptions, TEnum> get,
        Action<TOptions, TEnum> set,
        params string[] unbuilt
    )
        where TEnum : struct, Enum =>
        new(
            name,
            OptionKind.Text,
            meaning,
            options => get(options),
            (reader, options) => reader.Choice<TEnum>(name, unbuilt, value => set(options, value))
        )
        {
            Choices = Enum.GetNames<TEnum>(),
            UnbuiltChoices = unbuilt,
            // Code can cast any number to an enum.
            Check = (path, options, _, faults) =>
            {
                if (!Enum.IsDefined(get(options)))
                {
                    faults.Add(
                        OptionKeys.Join(path, name),
                        $"'{get(options)}' is not one of its values; write {string.Join(" or ", Enum.GetNames<TEnum>())}."
                    );
                }
            },
        };

    /// <summary>An object that is always there.</summary>
    /// <param name="name">The key.</param>
    /// <param name="meaning">What it is for.</param>
    /// <param name="inner">The keys of the object.</param>
    /// <param name="get">The object.</param>
    /// <param name="mend">How to write such an object: a sentence.</param>
    public static OptionKey<TOptions> Object<TInner>(
        string name,
        string meaning,
        OptionTable<TInner> inner,
        Func<TOptions, TInner> get,
        string mend
    )
        where TInner : new() =>
        new(
            name,
            OptionKind.Object,
            meaning,
            options => get(options),
            (reader, options) =>
                inner.Read(reader.Section(name), reader.PathOf(name), mend, get(options), reader.Faults)
        )
        {
            Inner = inner,
            Check = (path, options, whole, faults) =>
                inner.Check(OptionKeys.Join(path, name), get(options), whole, faults),
        };

    /// <summary>A key of the contract that this version refuses.</summary>
    public static OptionKey<TOptions> Unbuilt(string name) =>
        new(name, OptionKind.Text, "", _ => null, (_, _) => { }) { IsBuilt = false };

    private static OptionCheck<TOptions> Within<T>(string name, Bound<T> bound, Func<TOptions, T?> get)
        where T : struct, IComparable<T>, IFormattable =>
        (path, options, _, faults) =>
        {
            if (get(options) is { } value && !bound.Holds(value))
            {
                faults.Add(
                    OptionKeys.Join(path, name),
                    string.Create(CultureInfo.InvariantCulture, $"{value} is out of range; write {bound.Text}.")
                );
            }
        };

    private static void Nothing(
        string path,
        TOptions options,
        TrafficMirroringOptions whole,
        ConfigurationFaults faults
    ) { }
}
