namespace ShadowMiddleware.Hosting;

/// <summary>What the places of the middleware in the app's pipeline keep it from seeing.</summary>
/// <remarks>
/// A web application adds routing and authentication in front by itself when its server starts, and notes them as if they had been called. So the places that are known by then are looked at before, and
/// only those that come later (of an app with a start-up class) after.
/// </remarks>
internal sealed class PipelinePlaces
{
    private readonly Lock _gate = new();
    private readonly List<PipelinePlace> _open = [];
    private bool _isAnywhere;
    private bool _isBeforeRouting;
    private bool _isBeforeAuthentication;

    /// <summary>Whether the middleware stands in a pipeline at all.</summary>
    public bool IsAnywhere
    {
        get
        {
            lock (_gate)
            {
                return _isAnywhere;
            }
        }
    }

    /// <summary>Whether <c>UseRouting</c> was called behind a place that was looked at.</summary>
    public bool IsBeforeRouting
    {
        get
        {
            lock (_gate)
            {
                return _isBeforeRouting;
            }
        }
    }

    /// <summary>Whether <c>UseAuthentication</c> was called behind a place that was looked at.</summary>
    public bool IsBeforeAuthentication
    {
        get
        {
            lock (_gate)
            {
                return _isBeforeAuthentication;
            }
        }
    }

    public void Add(PipelinePlace place)
    {
        lock (_gate)
        {
            _open.Add(place);
            _isAnywhere = true;
        }
    }

    /// <summary>Looks at the places that are new, once the pipeline around them is there.</summary>
    public void Look()
    {
        lock (_gate)
        {
            foreach (var place in _open)
            {
                _isBeforeRouting |= place.IsBeforeRouting;
                _isBeforeAuthentication |= place.IsBeforeAuthentication;
            }

            _open.Clear();
        }
    }
}
