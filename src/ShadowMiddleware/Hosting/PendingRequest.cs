using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Selection;

namespace ShadowMiddleware.Hosting;

/// <summary>
/// A chosen request while its primary runs. Its copies are handed over once: when the app is done, or when a response starts that may go on for long.
/// </summary>
internal sealed class PendingRequest
{
    private static readonly Func<object, Task> _onStarting = static pending =>
    {
        ((PendingRequest)pending).Start();
        return Task.CompletedTask;
    };

    private readonly HttpContext _context;
    private readonly MirrorPlan _plan;
    private readonly RequestCapture _capture;
    private readonly CopyHandOver _handOver;
    private int _isHandedOver;

    public PendingRequest(HttpContext context, MirrorPlan plan, RequestCapture capture, CopyHandOver handOver)
    {
        _context = context;
        _plan = plan;
        _capture = capture;
        _handOver = handOver;
    }

    /// <summary>Asks to be told when the response starts. Never throws.</summary>
    public void WatchStart()
    {
        try
        {
            var response = _context.Response;
            if (!response.HasStarted)
            {
                response.OnStarting(_onStarting, this);
            }
        }
        catch (Exception)
        {
            // A response of the app's that tells nobody: the copies are handed over when the app is done, as most are.
        }
    }

    /// <summary>Hands over what was not handed over before. Neither waits nor throws.</summary>
    /// <param name="threw">Whether an exception has left the app.</param>
    public void End(bool threw)
    {
        if (Interlocked.Exchange(ref _isHandedOver, 1) == 0)
        {
            _handOver.HandOver(_context, _plan, _capture, threw);
        }
        else
        {
            _capture.PutBack(_context);
        }
    }

    // Runs within the app's write or flush, and nothing of it may show there.
    private void Start()
    {
        try
        {
            if (
                StreamedResponse.IsIn(_context.Response, _capture.IsGrpc)
                && _capture.IsWhole
                && Interlocked.Exchange(ref _isHandedOver, 1) == 0
            )
            {
                _handOver.HandOverEarly(_context, _plan, _capture);
            }
        }
        catch (Exception)
        {
            // A response of the app's that cannot be looked at: the end of the app comes all the same.
        }
    }
}
