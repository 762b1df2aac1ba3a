using System.Diagnostics.CodeAnalysis;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Sending;

/// <summary>The same request as a copy is, made by hand and sent by the platform's invoker: the least that any send costs.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "VerifyAndDispose disposes both, and may throw."
)]
internal sealed class BareSends
{
    private readonly StubHandler _stub;
    private readonly HttpMessageInvoker _invoker;
    private readonly HttpMethod _method;
    private readonly string _target;
    private readonly byte[] _body;
    private readonly KeyValuePair<string, string>[] _fields;
    private long _requests;

    public BareSends(CapturedRequest captured, byte[] body, StubAnswer answer)
    {
        _stub = new StubHandler(answer);
        _invoker = new HttpMessageInvoker(_stub);
        _method = HttpMethod.Parse(captured.Method);
        _target = captured.Target;
        _body = body;
        _fields =
        [
            .. captured
                .Headers.Where(field => !HeaderRules.StaysBehind(field.Key))
                .Select(field => KeyValuePair.Create(field.Key, field.Value.ToString())),
        ];
    }

    public async Task RunBatchAsync()
    {
        for (var i = 0; i < SentCopies.BatchSize; i++)
        {
            using var response = await _invoker.SendAsync(Create(), CancellationToken.None);
            response.EnsureSuccessStatusCode();
        }

        _requests += SentCopies.BatchSize;
    }

    /// <summary>Throws when a request was not sent.</summary>
    public void VerifyAndDispose()
    {
        _invoker.Dispose();
        _stub.Dispose();
        _stub.Verify(_requests, _body.Length);
    }

    private HttpRequestMessage Create()
    {
        var message = new HttpRequestMessage(_method, SentCopies.Address + _target);
        if (_body.Length > 0)
        {
            message.Content = new ByteArrayContent(_body);
        }

        foreach (var (name, value) in _fields)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }
}
