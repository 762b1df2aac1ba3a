using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>What a raw shadow can do to those that call it.</summary>
internal static class ShadowScripts
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>Answers every request with the same bytes and keeps the connection.</summary>
    public static ShadowScript Answer(string response = Ok) =>
        async (connection, token) =>
        {
            while (await connection.ReadRequestAsync(token) is not null)
            {
                await connection.WriteAsync(response, token);
            }
        };

    /// <summary>Answers one request, then closes.</summary>
    public static ShadowScript AnswerAndClose(string response) =>
        async (connection, token) =>
        {
            await connection.ReadRequestAsync(token);
            await connection.WriteAsync(response, token);
        };

    /// <summary>Writes before anything was asked, then closes: what a server of another protocol does.</summary>
    public static ShadowScript Speak(string text) =>
        async (connection, token) =>
        {
            await connection.WriteAsync(text, token);
            await connection.DiscardAsync(token);
        };

    /// <summary>Reads each request and answers once the gate opens.</summary>
    public static ShadowScript AnswerAfter(Task gate, string response = Ok) =>
        async (connection, token) =>
        {
            while (await connection.ReadRequestAsync(token) is not null)
            {
                await gate.WaitAsync(token);
                await connection.WriteAsync(response, token);
            }
        };

    /// <summary>Accepts and reads nothing.</summary>
    public static ShadowScript Hang() => (_, token) => Task.Delay(Timeout.Infinite, token);

    public static ShadowScript Close() => (_, _) => Task.CompletedTask;

    /// <summary>Resets without a word.</summary>
    public static ShadowScript Reset() =>
        (connection, _) =>
        {
            connection.Reset();
            return Task.CompletedTask;
        };

    /// <summary>Reads the request, writes the start of a response, then resets.</summary>
    public static ShadowScript ResetAfter(string partOfResponse) =>
        async (connection, token) =>
        {
            await connection.ReadRequestAsync(token);
            await connection.WriteAsync(partOfResponse, token);

            // The reset may overtake the bytes; both orders are faults that the mirror has to bear.
            connection.Reset();
        };

    /// <summary>A response whose body never ends, as fast as the other side takes it.</summary>
    public static ShadowScript EndlessBody() => Endless("HTTP/1.1 200 OK\r\n\r\n", new string('x', 16 * 1024));

    /// <summary>A head that never ends.</summary>
    public static ShadowScript EndlessHead() =>
        Endless("HTTP/1.1 200 OK\r\n", $"X-Filler: {new string('x', 4000)}\r\n");

    /// <summary>Interim responses without end.</summary>
    public static ShadowScript EndlessInterim() => Endless("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");

    /// <summary>A response that arrives byte by byte and never completes.</summary>
    public static ShadowScript Drip() =>
        async (connection, token) =>
        {
            await connection.ReadRequestAsync(token);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", token);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));

            while (await timer.WaitForNextTickAsync(token))
            {
                await connection.WriteAsync("x", token);
            }
        };

    private static ShadowScript Endless(string start, string repeated) =>
        async (connection, token) =>
        {
            await connection.ReadRequestAsync(token);
            await connection.WriteAsync(start, token);
            var chunk = Encoding.Latin1.GetBytes(repeated);

            while (!token.IsCancellationRequested)
            {
                await connection.WriteAsync(chunk, token);
            }
        };
}
