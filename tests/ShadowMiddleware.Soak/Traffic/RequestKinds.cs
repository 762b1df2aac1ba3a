using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Apps;

namespace ShadowMiddleware.Soak.Traffic;

/// <summary>Draws requests: every door to a body, every way to write a response, every body.</summary>
internal sealed class RequestKinds
{
    private static readonly string[] Methods = ["GET", "GET", "GET", "HEAD", "DELETE", "OPTIONS", "PURGE"];
    private static readonly string[] BodyMethods = ["POST", "PUT", "PATCH"];

    // What is not read while a long answer is written holds up client and server both, with and without the mirror.
    private const int MostBesideAnAnswer = 20_000;

    // A body that is read byte by byte takes its time.
    private const string Slow = "/readbyte";
    private const int MostForSlow = 5_000;

    private readonly TestBodies _bodies;
    private readonly string[] _doors;

    /// <param name="bodies">The bodies.</param>
    /// <param name="doors">The paths of the endpoints that read a body.</param>
    public RequestKinds(TestBodies bodies, IEnumerable<string> doors)
    {
        _bodies = bodies;
        _doors = [.. doors];
    }

    public RequestKind Draw(Random random) =>
        random.Next(10) switch
        {
            < 3 => new(random.GetItems(Methods, 1)[0], Response(random), Body: null, Framing.None),
            3 => WithBody(
                random,
                random.GetItems(BodyMethods, 1)[0],
                Response(random),
                _bodies.Draw(random, most: MostBesideAnAnswer)
            ),
            4 => WithBody(random, "POST", SoakApp.Echo, _bodies.Draw(random)),
            _ => Door(random),
        };

    /// <summary>A request with a body that is not empty.</summary>
    public RequestKind DrawUpload(Random random)
    {
        while (true)
        {
            if (Door(random) is { Body.Bytes.Length: > 0 } kind)
            {
                return kind;
            }
        }
    }

    private RequestKind Door(Random random)
    {
        var door = random.GetItems(_doors, 1)[0];

        // Mostly what the endpoint expects; the rest shows how it fails.
        var contentType =
            random.Next(8) == 0 ? null
            : door.Contains("form", StringComparison.Ordinal) ? TestBodies.Form
            : door is "/binding" or "/readfromjson" or "/mvc" ? TestBodies.Json
            : null;
        return WithBody(
            random,
            "POST",
            door,
            _bodies.Draw(random, contentType, door == Slow ? MostForSlow : int.MaxValue)
        );
    }

    private static RequestKind WithBody(Random random, string method, string path, TestBody body) =>
        new(method, path, body, random.Next(3) == 0 ? Framing.Open : Framing.Length);

    private static string Response(Random random) => random.GetItems(Responses.Paths, 1)[0];
}
