using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>What a raw shadow can do to those that call it.</summary>
internal static class ShadowScripts
{
    private const string EndOfHead = "\r\n\r\n";

    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>Answers every request with the same bytes and keeps the connection.</summary>
    public static ShadowScript Answer(string response = Ok) =>
        async (connection, token) =>
        {
            while (await connection.ReadRequestAsync(token) is { } request)
            {
                await connection.WriteAsync(For(request, response), token);
            }
        };

    /// <summary>The response, without its content where the request was HEAD: more would spoil the connection.</summary>
    public static string For(RawMessage request, string response)
    {
        var end = response.LastIndexOf(EndOfHead, StringComparison.Ordinal);
        return request.Method == "HEAD" && end >= 0 ? response[..(end + EndOfHead.Length)] : response;
    }

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

    /// <summary>Says that nothing will come, and reads on.</summary>
    public static ShadowScript HalfClose() =>
        async (connection, token) =>
        {
            connection.HalfClose();
            await connection.DiscardAsync(token);
        };

    /// <summary>Answers one request, says that no more answers will come, and reads on.</summary>
    public static ShadowScript AnswerAndHalfClose() =>
        async (connection, token) =>
        {
            await connection.ReadRequestAsync(token);
            await connection.WriteAsync(Ok, token);
            connection.HalfClose();
            await connection.DiscardAsync(token);
        };

    /// <summary>Answers one request, and resets when the next one begins.</summary>
    public static ShadowScript AnswerThenResetOnNext() =>
        async (connection, token) =>
        {
            await connection.ReadRequestAsync(token);
            await connection.WriteAsync(Ok, token);
            await connection.ReadHeadAsync(token);
            connection.Reset();
        };

    /// <summary>A response whose body never ends, as fast as the other side takes it.</summary>
    public static ShadowScript EndlessBody() => Repeat("HTTP/1.1 200 OK\r\n\r\n", new string('x', 16 * 1024));

    /// <summary>So many megabytes of header fields, and then the rest of a response.</summary>
    public static ShadowScript HeaderFields(int megabytes)
    {
        const int Size = 4096;
        var field = $"X-Filler: {new string('x', Size - "X-Filler: \r\n".Length)}\r\n";
        return Endless("HTTP/1.1 200 OK\r\n", field, megabytes * (1024 * 1024 / Size), "Content-Length: 0\r\n\r\n");
    }

    /// <summary>The same over and over, as fast as the other side takes it.</summary>
    public static ShadowScript Repeat(string start, string repeated) =>
        Endless(start, repeated, long.MaxValue, end: "");

    /// <summary>A response that arrives byte by byte and never completes.</summary>
    public static ShadowScript Drip(string start, string dripped) =>
        async (connection, token) =>
        {
            await connection.ReadRequestAsync(token);
            await connection.WriteAsync(start, token);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));

            for (var i = 0; await timer.WaitForNextTickAsync(token); i++)
            {
                await connection.WriteAsync(i < dripped.Length ? dripped[i..(i + 1)] : "x", token);
            }
        };

    /// <summary>Reads the first bytes of a body one by one and the rest a few at a time, then answers.</summary>
    public static ShadowScript AnswerSlowReader() =>
        async (connection, token) =>
        {
            while (await connection.ReadHeadAsync(token) is { } head)
            {
                var at = await connection.ReadBodyAsync(head, 0, to: 2000, step: 1, token);
                await connection.ReadBodyAsync(head, at, int.MaxValue, step: 700, token);
                await connection.WriteAsync(For(head, Ok), token);
            }
        };

    /// <summary>Reads no more than the beginning of a body, and answers requests that have no more than that.</summary>
    public static ShadowScript StopInBody() =>
        async (connection, token) =>
        {
            const int Some = 5000;
            while (await connection.ReadHeadAsync(token) is { } head)
            {
                if (await connection.ReadBodyAsync(head, 0, Some, step: 1000, token) == Some)
                {
                    await Task.Delay(Timeout.Infinite, token);
                }

                await connection.WriteAsync(For(head, Ok), token);
            }
        };

    /// <summary>Answers at the head of each request, and reads its body afterwards.</summary>
    public static ShadowScript AnswerEarly() =>
        async (connection, token) =>
        {
            while (await connection.ReadHeadAsync(token) is { } head)
            {
                await connection.WriteAsync(For(head, Ok), token);
                await connection.ReadBodyAsync(head, 0, int.MaxValue, step: 4096, token);
            }
        };

    /// <summary>Answers at the head of a request that it will not have the body, and closes.</summary>
    public static ShadowScript AnswerEarlyAndClose() =>
        async (connection, token) =>
        {
            await connection.ReadHeadAsync(token);
            await connection.WriteAsync(
                "HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                token
            );
        };

    /// <summary>Answers at the head of a request, and reads nothing from then on.</summary>
    public static ShadowScript AnswerEarlyAndStop() =>
        async (connection, token) =>
        {
            await connection.ReadHeadAsync(token);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", token);
            await Task.Delay(Timeout.Infinite, token);
        };

    private static ShadowScript Endless(string start, string repeated, long times, string end) =>
        async (connection, token) =>
        {
            var hasBody = start.EndsWith(EndOfHead, StringComparison.Ordinal);
            bool isWhole;
            do
            {
                var request = await connection.ReadRequestAsync(token);
                await connection.WriteAsync(start, token);
                isWhole = hasBody && request is { Method: "HEAD" };
            } while (isWhole);

            var chunk = Encoding.Latin1.GetBytes(repeated);

            for (var i = 0L; i < times; i++)
            {
                await connection.WriteAsync(chunk, token);
            }

            await connection.WriteAsync(end, token);
        };
}
