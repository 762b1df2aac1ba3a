using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using QuickStart.Copies;

namespace QuickStart.Traffic;

/// <summary>Sends steps to one service.</summary>
internal sealed class Client(string address) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            UseCookies = false,
            UseProxy = false,
        }
    );

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a step and reads the whole answer. No answer is an answer too: status 0 and what went wrong.</summary>
    public async Task<Answer> SendAsync(Step step, string id)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var request = CreateRequest(step, id);
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token);
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token);
            var duration = Stopwatch.GetElapsedTime(start);
            return new Answer((int)response.StatusCode, HeadersOf(response), body, duration);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return new Answer(0, exception.Message, [], Stopwatch.GetElapsedTime(start));
        }
    }

    private HttpRequestMessage CreateRequest(Step step, string id)
    {
        // The target goes out as it is written: by default, Uri would resolve /../ and decode %62.
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var request = new HttpRequestMessage(step.Method, new Uri(address + step.Target, options));

        request.Headers.Add(CopyCheck.IdHeader, id);
        request.Headers.Add("Accept", ["application/json", "application/problem+json;q=0.9"]);
        request.Headers.Add("Accept-Language", "de-AT, de;q=0.9, en;q=0.5");
        request.Headers.Add("Authorization", "Bearer made-up-for-the-demonstration");
        request.Headers.Add("Cookie", "session=1f2e3d; theme=\"dark, mostly\"");
        request.Headers.Add("User-Agent", "QuickStart/1.0 (shopper)");
        request.Headers.Add("X-Experiment", ["basket-b", "prices a, c"]);

        if (step.Body is { } body)
        {
            request.Content = step.Chunked ? new PiecewiseContent(body) : new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
            request.Content.Headers.Add(BodyDigest.HeaderName, BodyDigest.Of(body));
        }

        return request;
    }

    private static string HeadersOf(HttpResponseMessage response)
    {
        var text = new StringBuilder();
        foreach (var header in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            // The one field that depends on when a response is sent, and not on the request.
            if (!header.Key.Equals("Date", StringComparison.OrdinalIgnoreCase))
            {
                text.Append(header.Key).Append(": ").AppendJoin(", ", header.Value).Append('\n');
            }
        }

        return text.ToString();
    }
}
