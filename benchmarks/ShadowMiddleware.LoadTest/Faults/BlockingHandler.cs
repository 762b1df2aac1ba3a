namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>A handler of the app's that blocks before the send, or when the response is there.</summary>
internal sealed class BlockingHandler : DelegatingHandler
{
    private readonly BlockingCode _where;

    public BlockingHandler(BlockingCode where) => _where = where;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (_where == BlockingCode.BeforeSend)
        {
            Blocking.Block();
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (_where == BlockingCode.AfterResponse)
        {
            Blocking.Block();
        }

        return response;
    }
}
