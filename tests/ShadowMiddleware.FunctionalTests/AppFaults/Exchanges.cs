using System.Globalization;
using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Whole exchanges as the client sees them, in a text that can be compared.</summary>
internal static class Exchanges
{
    public const string ProbePath = "/probe";

    /// <summary>Sends the request, then asks whether the connection still serves.</summary>
    public static async Task<string> Http1Async(
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        using var client = await WireClient.OpenAsync(host, () => view.ClientHasRead.TrySetResult(), token);
        await client.SendAsync(request.ToHttp1(), token);
        var answer = await client.ReadAnswerAsync(token);
        string probe;
        try
        {
            await client.SendAsync(
                RawRequest.Get(ProbePath, $"{FaultRequest.NameField}: {request.Name} (probe)"),
                token
            );
            probe = await client.ReadAnswerAsync(token);
        }
        catch (IOException)
        {
            probe = "[closed]";
        }

        // Whoever writes to a connection that is being closed sees the one or the other.
        return $"{answer}{Environment.NewLine}then {probe.Replace("[reset]", "[closed]", StringComparison.Ordinal)}";
    }

    public static async Task<string> Http2Async(
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        var text = new StringBuilder();
        try
        {
            using var message = request.ToHttp2();
            using var response = await host.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token);
            response.Headers.Date = null;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{(int)response.StatusCode}\n{response.Headers}{response.Content.Headers}\n"
            );
            await using var body = await response.Content.ReadAsStreamAsync(token);
            var buffer = new byte[4096];
            while (await body.ReadAsync(buffer, token) is var read and > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
                if (text.ToString().Contains(ThrowPoints.Marker, StringComparison.Ordinal))
                {
                    view.ClientHasRead.TrySetResult();
                }
            }

            text.Append(response.TrailingHeaders);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{ErrorOf(exception)}]");
        }

        return text.ToString();
    }

    private static string ErrorOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
            {
                return $"error {protocol.ErrorCode}";
            }
        }

        return exception.Message;
    }
}
