using System.Collections.Concurrent;
using System.Net;

namespace ShadowMiddleware.Tests.Sending;

/// <summary>A shadow without a network.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    : HttpMessageHandler
{
    private readonly ConcurrentQueue<HttpRequestMessage> _requests = new();

    public StubHandler(HttpStatusCode status = HttpStatusCode.OK)
        : this((_, _) => Task.FromResult(new HttpResponseMessage(status))) { }

    public HttpRequestMessage[] Requests => [.. _requests];

    public static StubHandler Throwing(Exception exception) => new((_, _) => throw exception);

    /// <summary>Answers never, and ends when it is told to.</summary>
    public static StubHandler Hanging(TaskCompletionSource? called = null) =>
        new(
            async (_, cancellationToken) =>
            {
                var never = new TaskCompletionSource<HttpResponseMessage>();
                var pending = never.Task.WaitAsync(cancellationToken);
                called?.TrySetResult();
                return await pending;
            }
        );

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        _requests.Enqueue(request);
        return answer(request, cancellationToken);
    }
}
