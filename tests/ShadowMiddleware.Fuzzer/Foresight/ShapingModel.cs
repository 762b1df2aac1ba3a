using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Judging;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Foretells what a plan makes of a copy, in the order of the contract: fields, path, transform, and redaction last.</summary>
internal sealed class ShapingModel
{
    private static readonly TimeSpan RewriteTime = TimeSpan.FromSeconds(5);

    private readonly Arrival _arrival;
    private readonly DrawnShadow _shadow;
    private readonly ShadowPlan _plan;
    private readonly Dictionary<string, string> _fields;
    private string _method;
    private string _path;
    private string _query;
    private byte[]? _body;
    private bool _mayFail;
    private bool _mustFail;

    private ShapingModel(ExpectedCopy plain, Arrival arrival, DrawnShadow shadow)
    {
        _arrival = arrival;
        _shadow = shadow;
        _plan = shadow.Plan;
        _fields = new Dictionary<string, string>(plain.Fields, StringComparer.OrdinalIgnoreCase);
        _method = plain.Method;
        var mark = plain.Target.IndexOf('?', StringComparison.Ordinal);
        (_path, _query) = mark < 0 ? (plain.Target, "") : (plain.Target[..mark], plain.Target[mark..]);
        _body = plain.Body;
    }

    /// <param name="arrival">The request.</param>
    /// <param name="body">Its body; <see langword="null"/> when it is not known.</param>
    /// <param name="shadow">The shadow, with its plan.</param>
    public static ShapedCopy Shape(Arrival arrival, byte[]? body, DrawnShadow shadow)
    {
        var plain = CopyModel.Of(arrival, body, shadow.Name, shadow.Server.Authority);
        return new ShapingModel(plain, arrival, shadow).Shape(plain);
    }

    private ShapedCopy Shape(ExpectedCopy plain)
    {
        ChangeFields();
        Rewrite();
        if (_shadow.IsTransformed)
        {
            Transform();
        }

        Redact();
        Canonicalise();
        var host = Host(plain.Host);
        var copy = plain with
        {
            Host = host,
            Method = _method,
            Target = _shadow.BasePath + _path + _query,
            Fields = _fields,
            Body = _body,
        };
        return new ShapedCopy(copy, _mayFail, _mustFail);
    }

    private void ChangeFields()
    {
        foreach (var name in _plan.RemoveHeaders)
        {
            _fields.Remove(name);
        }

        if (_plan.ForwardedHeaders == ForwardedHeadersMode.Append)
        {
            Append("X-Forwarded-For", "127.0.0.1");
            Append("X-Forwarded-Proto", "http");
            if (HostModel.Has(_arrival))
            {
                Append("X-Forwarded-Host", HostModel.Of(_arrival));
                _mayFail |= !HostModel.IsClear(_arrival);
            }
            else
            {
                _fields.Remove("X-Forwarded-Host");
            }
        }

        foreach (var (name, value) in _plan.SetHeaders)
        {
            _fields[name] = value;
        }
    }

    // Of the lines as they came: a last one that is empty leaves a comma and a blank, which only the end of a field loses.
    private void Append(string name, string value)
    {
        var received = _fields.ContainsKey(name) ? string.Join(", ", _arrival[name].AsEnumerable()) : "";
        _fields[name] = string.IsNullOrWhiteSpace(received) ? value : $"{received}, {value}";
    }

    private void Rewrite()
    {
        if (
            _plan.RewritePath is { } rewrite
            && Regex.IsMatch(_path, rewrite.Pattern, RegexOptions.CultureInvariant, RewriteTime)
        )
        {
            _path = Regex.Replace(
                _path,
                rewrite.Pattern,
                rewrite.Replacement,
                RegexOptions.CultureInvariant,
                RewriteTime
            );
            _mustFail |=
                !_path.StartsWith('/')
                || _path.Contains('#', StringComparison.Ordinal)
                || _path.AsSpan().ContainsAnyExceptInRange('!', '~');
        }
    }

    private void Transform()
    {
        switch (_fields.GetValueOrDefault(ChoiceFields.Transform))
        {
            case PlannedCode.Throw:
                _mustFail = true;
                break;
            case "path":
                _path = PlannedCode.TransformedPath;
                break;
            case "query":
                _query = PlannedCode.TransformedQuery;
                break;
            case "body":
                _body = PlannedCode.TransformedBody.ToArray();
                _fields["Content-Type"] = PlannedCode.TransformedType;
                _fields.Remove("Content-Encoding");
                break;
            case "field":
                _fields[PlannedCode.TransformedField] = "1";
                break;
            case "method":
                _method = PlannedCode.TransformedMethod;
                break;
        }
    }

    private void Redact()
    {
        if (_plan.RedactQuery.Count > 0 && _query.Length > 0)
        {
            _query = "?" + PairsModel.Redact(_query[1..], _plan.RedactQuery, out var isClear);
            _mayFail |= !isClear;
        }

        var redacted = BodyModel.Redact(
            _body,
            _fields.GetValueOrDefault("Content-Type", ""),
            _fields.GetValueOrDefault("Content-Encoding", ""),
            _plan
        );
        _body = redacted.Body;
        _mayFail |= redacted.MayFail;
        _mustFail |= redacted.MustFail;
    }

    // What System.Uri makes of it is the platform's word, and what this package must not change.
    private void Canonicalise()
    {
        if (_plan.PathFidelity == PathFidelity.Canonical && _path.StartsWith('/'))
        {
            var target = (_path + _query).Replace("#", "%23", StringComparison.Ordinal);
            if (Uri.TryCreate("http://x" + target, UriKind.Absolute, out var alone))
            {
                var mark = alone.PathAndQuery.IndexOf('?', StringComparison.Ordinal);
                (_path, _query) =
                    mark < 0 ? (alone.PathAndQuery, "") : (alone.PathAndQuery[..mark], alone.PathAndQuery[mark..]);
                var behind = new Uri($"http://x{_shadow.BasePath}{alone.PathAndQuery}");
                _mustFail |= behind.PathAndQuery != _shadow.BasePath + alone.PathAndQuery;
            }
            else
            {
                _mustFail = true;
            }
        }

        _mustFail |= _shadow.BasePath.Length > 0 && ClimbingModel.MayClimb(_path);
    }

    private string? Host(string? destination)
    {
        if (_plan is { HostHeader: HostHeaderMode.Destination, HostHeaderTemplate: not ShadowPlan.HostTemplate })
        {
            return _plan.HostHeaderTemplate ?? destination;
        }

        _mayFail |= !HostModel.IsClear(_arrival);
        _mustFail |= !HostModel.Has(_arrival);
        if (_plan.HostHeaderTemplate is not null)
        {
            _mustFail |= HostModel.IsIPv6(_arrival);
            return HostModel.InTemplate(_arrival);
        }

        return _plan.HostHeader == HostHeaderMode.Original ? HostModel.Of(_arrival) : HostModel.WithSuffix(_arrival);
    }
}
