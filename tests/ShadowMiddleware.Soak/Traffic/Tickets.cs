using System.Globalization;

namespace ShadowMiddleware.Soak.Traffic;

/// <summary>Issues the tickets of a run.</summary>
internal sealed class Tickets(int run)
{
    // Raw targets, so that a copy with a decoded or tidied one shows.
    private static readonly string[] Queries =
    [
        "",
        "&x=%2F%252f%41",
        "&x=a+b&x=&&x",
        "&y=/a/../b//c",
        "&z=%C3%A9?#".TrimEnd('#'),
    ];

    private int _issued;

    public int Run => run;

    public int Issued => Volatile.Read(ref _issued);

    public Ticket Issue(RequestKind kind, bool isWhole = true)
    {
        var id = Interlocked.Increment(ref _issued);
        var target = string.Create(CultureInfo.InvariantCulture, $"{kind.Path}?id={id}{Queries[id % Queries.Length]}");
        return new Ticket(run, id, kind.Body?.Index ?? -1, isWhole, kind.Method, target);
    }
}
