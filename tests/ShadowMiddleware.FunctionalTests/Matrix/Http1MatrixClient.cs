using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>Sends raw HTTP/1.1 and sees every byte of what comes back.</summary>
internal sealed class Http1MatrixClient(PrimaryHost host, RawConnection connection) : IMatrixClient
{
    public static async Task<IMatrixClient> ConnectAsync(PrimaryHost host, CancellationToken token) =>
        new Http1MatrixClient(host, await host.ConnectAsync(token));

    public async Task<string> ExchangeAsync(RequestKind kind, int owner, CancellationToken token)
    {
        var request = Build(kind, owner);
        if (!kind.ClientLeaves)
        {
            return (await connection.ExchangeAsync(request, token)).ComparableText();
        }

        using var left = await host.ConnectAsync(token);
        await left.SendAsync(request, token);
        var head = await left.ReadHeadAsync(token);
        left.Reset();
        return head.ComparableText();
    }

    public void Dispose() => connection.Dispose();

    private static byte[] Build(RequestKind kind, int owner)
    {
        string[] fields = [.. kind.Fields.Select(field => $"{field.Name}: {field.Value}")];
        if (kind.ContentType is { } type)
        {
            fields = [.. fields, $"Content-Type: {type}"];
        }

        if (kind.Mark(owner) is not { } mark)
        {
            return kind.IsMirrored
                ? RawRequest.Build(kind.Method, kind.Path, fields, body: null)
                :
                [
                    .. RawRequest.Head(kind.Method, kind.Path, [.. fields, "Content-Length: 100000"]),
                    .. new byte[1000],
                ];
        }

        fields = [.. fields, $"{MarkedBody.Field}: {mark}"];
        var body = MarkedBody.Create(mark);
        return kind.HasLength
            ? RawRequest.Build(kind.Method, kind.Path, fields, body)
            : RawRequest.Chunked(kind.Method, kind.Path, fields, body);
    }
}
