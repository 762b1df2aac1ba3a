using System.Net;
using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>Speaks HTTP/2 by the platform's client. The bytes of a head depend on what the connection carried before, so the fields are compared.</summary>
internal sealed class Http2MatrixClient(PrimaryHost host) : IMatrixClient
{
    public async Task<string> ExchangeAsync(RequestKind kind, int owner, CancellationToken token)
    {
        using var request = Build(kind, owner);
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        var text = new StringBuilder($"HTTP/{response.Version} {(int)response.StatusCode}\n");
        Append(text, response.Headers.NonValidated);
        Append(text, response.Content.Headers.NonValidated);
        if (!kind.ClientLeaves)
        {
            text.Append(Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(token)));
            Append(text, response.TrailingHeaders.NonValidated);
        }

        return text.ToString();
    }

    public void Dispose() { }

    private static HttpRequestMessage Build(RequestKind kind, int owner)
    {
        var request = new HttpRequestMessage(new HttpMethod(kind.Method), kind.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var (name, value) in kind.Fields)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (kind.Mark(owner) is { } mark)
        {
            request.Headers.TryAddWithoutValidation(MarkedBody.Field, mark);
            var body = MarkedBody.Create(mark);
            request.Content = kind.HasLength ? new ByteArrayContent(body) : new StreamContent(new MemoryStream(body));
            request.Content.Headers.ContentLength = kind.HasLength ? body.Length : null;
        }
        else if (!kind.IsMirrored)
        {
            request.Content = new HalfContent(1000);
        }

        if (kind.ContentType is { } type)
        {
            request.Content!.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return request;
    }

    private static void Append(StringBuilder text, System.Net.Http.Headers.HttpHeadersNonValidated fields)
    {
        foreach (var (name, values) in fields.Where(field => field.Key != "Date"))
        {
            text.Append(name).Append(": ").Append(values.ToString()).Append('\n');
        }
    }
}
