using System.Globalization;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware;

/// <summary>A copy on its way to one shadow, for a transform to look at and to change.</summary>
/// <remarks>
/// It owns what it holds: other shadows' copies, and the request itself, stay as they are. Where it is sent cannot be changed. Not safe for use by several
/// threads, and not to be changed when the transform has returned; what was read from it stays valid.
/// </remarks>
public sealed class MirroredRequest
{
    private readonly CapturedRequest _captured;
    private readonly string _target;
    private string _method;
    private string _path;
    private string _query;
    private byte[]? _body;
    private bool _isBodySet;
    private bool _isTargetSet;
    private bool _isClosed;

    internal MirroredRequest(CapturedRequest captured, string target, string shadow, string tagHeader)
    {
        _captured = captured;
        _target = target;
        _method = captured.Method;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        _path = query < 0 ? target : target[..query];
        _query = query < 0 ? "" : target[query..];
        ShadowName = shadow;
        Headers = new MirroredRequestHeaders(tagHeader);
    }

    /// <summary>The name of the shadow that the copy is for.</summary>
    public string ShadowName { get; }

    /// <summary>The id in the tag, which all copies of one request share: 32 hexadecimal digits.</summary>
    public string Id => _captured.Id.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The method.</summary>
    /// <value>Case counts. A standard method in other letters cannot be sent, and its copy is dropped. <c>Writes</c> was looked at before.</value>
    /// <exception cref="ArgumentException">The value is no method, or CONNECT.</exception>
    /// <exception cref="InvalidOperationException">The transform has returned.</exception>
    public string Method
    {
        get => _method;
        set
        {
            CheckChange(value);
            if (!HeaderNameRules.IsToken(value) || value.Equals("CONNECT", StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException("This is not a method that a copy can have.", nameof(value));
            }

            _method = value;
        }
    }

    /// <summary>The path, raw: neither decoded nor with the path of the shadow's address in front; after <c>RewritePath</c>.</summary>
    /// <value>Begins with a slash. Percent-encode what is not visible ASCII.</value>
    /// <exception cref="ArgumentException">The value does not begin with a slash, or holds what a path cannot.</exception>
    /// <exception cref="InvalidOperationException">The transform has returned.</exception>
    public string Path
    {
        get => _path;
        set
        {
            CheckChange(value);
            _path = TargetRules.IsPath(value)
                ? value
                : throw new ArgumentException(
                    "A path begins with a slash, and holds no question mark, no # and nothing but visible ASCII.",
                    nameof(value)
                );
            _isTargetSet = true;
        }
    }

    /// <summary>The query, raw and with its question mark; empty when there is none.</summary>
    /// <value>The question mark may be left out. Percent-encode what is not visible ASCII.</value>
    /// <exception cref="ArgumentException">The value holds what a query cannot.</exception>
    /// <exception cref="InvalidOperationException">The transform has returned.</exception>
    public string Query
    {
        get => _query;
        set
        {
            CheckChange(value);
            var query = value is "" or ['?', ..] ? value : $"?{value}";
            _query = TargetRules.IsQuery(query)
                ? query
                : throw new ArgumentException("A query holds no # and nothing but visible ASCII.", nameof(value));
            _isTargetSet = true;
        }
    }

    /// <summary>The header fields.</summary>
    public MirroredRequestHeaders Headers { get; }

    /// <summary>The bytes of the body; empty when there is none. They are copied when they are read first, and belong to the reader then.</summary>
    /// <exception cref="InvalidOperationException">
    /// The transform has returned, and had not read them. Or <c>MaxBufferedBytes</c> has no room for them: let that through, and the copy is dropped as <c>budget</c>.
    /// </exception>
    public ReadOnlyMemory<byte> Body => _body ??= CopyBody();

    /// <summary>Whether the copy has a body of at least one byte. Costs nothing.</summary>
    public bool HasBody => _isBodySet ? _body!.Length > 0 : _captured.BodyLength > 0;

    /// <summary>The target as it is to be sent.</summary>
    internal string Target => _isTargetSet ? _path + _query : _target;

    /// <summary>The body that a transform has set; <see langword="null"/> when it is that of the request.</summary>
    internal byte[]? BodyIfSet => _isBodySet ? _body : null;

    /// <summary>Replaces the body. <c>Content-Length</c> follows; <c>Content-Type</c> and <c>Content-Encoding</c> are for the caller to mend.</summary>
    /// <param name="body">The bytes, which are copied; empty for no body.</param>
    /// <exception cref="InvalidOperationException">
    /// The transform has returned. Or <c>MaxBufferedBytes</c> has no room for them: let that through, and the copy is dropped as <c>budget</c>.
    /// </exception>
    public void SetBody(ReadOnlyMemory<byte> body)
    {
        CheckOpen();
        Charge(body.Length);
        _body = body.ToArray();
        _isBodySet = true;
    }

    /// <summary>Ends all changes.</summary>
    internal void Close()
    {
        _isClosed = true;
        Headers.Close();
    }

    // The blocks go back to the pool when the send has ended, and to another request from there.
    private byte[] CopyBody()
    {
        CheckOpen();
        Charge(_captured.BodyLength);
        var copy = new byte[_captured.BodyLength];
        var filled = 0;
        for (var i = 0; i < _captured.Body?.BlockCount; i++)
        {
            var block = _captured.Body.GetBlock(i);
            block.CopyTo(copy.AsMemory(filled));
            filled += block.Length;
        }

        return copy;
    }

    // Until the copies of the request were sent: whoever reads the bytes may keep them for longer, which nobody sees.
    private void Charge(long bytes)
    {
        if (!_captured.TryCharge((int)Math.Min(bytes, int.MaxValue)))
        {
            throw new ByteBudgetException();
        }
    }

    private void CheckChange(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckOpen();
    }

    private void CheckOpen()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException("The transform has returned, and the copy is on its way.");
        }
    }
}
