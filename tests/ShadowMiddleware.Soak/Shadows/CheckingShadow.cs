using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Soak.Reloading;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Shadows;

/// <summary>A healthy shadow that holds each copy against what its request says of itself: none wrong, none twice, none invented.</summary>
internal sealed class CheckingShadow : IAsyncDisposable
{
    // Of answers from a shadow whose host has a name one in so many ends its connection: names are asked for where one is opened.
    private const int AnswersPerConnection = 16;

    private readonly string _name;
    private readonly string? _host;
    private readonly TestBodies _bodies;
    private readonly Tickets _tickets;
    private readonly Findings _findings;
    private readonly SeenIds _seen = new();
    private WebApplication? _app;
    private int _copies;
    private int _brokenOff;

    private CheckingShadow(string name, string? host, TestBodies bodies, Tickets tickets, Findings findings)
    {
        _name = name;
        _host = host;
        _bodies = bodies;
        _tickets = tickets;
        _findings = findings;
    }

    public string Address
    {
        get
        {
            var address = _app!.Urls.Single();
            return _host is null ? address : $"http://{_host}:{new Uri(address).Port}";
        }
    }

    /// <summary>Copies that came whole, all checked.</summary>
    public int Copies => Volatile.Read(ref _copies);

    /// <summary>Copies that were given up on their way, checked as far as they came.</summary>
    public int BrokenOff => Volatile.Read(ref _brokenOff);

    /// <param name="name">Its name in the configuration.</param>
    /// <param name="protocols">What it speaks.</param>
    /// <param name="host">The name of the host that it is addressed by, wherever that is found; <see langword="null"/> for its address.</param>
    /// <param name="bodies">What copies may have as bodies.</param>
    /// <param name="tickets">Those of all requests.</param>
    /// <param name="findings">What is wrong with a copy.</param>
    public static async Task<CheckingShadow> StartAsync(
        string name,
        HttpProtocols protocols,
        string? host,
        TestBodies bodies,
        Tickets tickets,
        Findings findings
    )
    {
        var shadow = new CheckingShadow(name, host, bodies, tickets, findings);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                host is null ? IPAddress.Loopback : IPAddress.Any,
                0,
                endpoint => endpoint.Protocols = protocols
            )
        );
        shadow._app = builder.Build();
        shadow._app.Run(shadow.ReceiveAsync);
        await shadow._app.StartAsync();
        return shadow;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        try
        {
            await CheckAsync(context);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Its time was over, or the answer had come before its end.
            Interlocked.Increment(ref _brokenOff);
        }
        catch (Exception exception)
        {
            _findings.Add($"Shadow {_name} failed: {exception}");
        }
    }

    private async Task CheckAsync(HttpContext context)
    {
        var field = context.Request.Headers[Ticket.Field].ToString();
        if (!Ticket.TryParse(field, out var ticket) || ticket.Run != _tickets.Run || ticket.Id > _tickets.Issued)
        {
            _findings.Add($"Shadow {_name} received a request that nobody sent: {Describe(context)}, {field}");
            return;
        }

        if (ShapeCheck.FaultInHead(_name, context, ticket) is { } fault)
        {
            _findings.Add($"Shadow {_name} received {Describe(context)} for {ticket}: {fault}");
        }

        // An answer before the end of the request leaves its body being sent when the send has returned.
        var isEarly = ticket.Id % 16 == 0;
        if (isEarly)
        {
            await AnswerAsync(context, ticket);
        }

        await CheckBodyAsync(context, ticket);
        if (!_seen.TryAdd(ticket.Id))
        {
            _findings.Add($"Shadow {_name} received {ticket} twice.");
        }

        Interlocked.Increment(ref _copies);
        if (!isEarly)
        {
            await AnswerAsync(context, ticket);
        }
    }

    private async Task CheckBodyAsync(HttpContext context, Ticket ticket)
    {
        var expected = Expected(context, ticket);
        if (expected is null)
        {
            _findings.Add($"Shadow {_name} received a body that cannot be redacted, for {ticket}.");
            return;
        }

        var position = 0;
        while (true)
        {
            var result = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            foreach (var segment in result.Buffer)
            {
                var rest = expected.AsSpan(position);
                if (rest.Length < segment.Length || !rest[..segment.Length].SequenceEqual(segment.Span))
                {
                    _findings.Add($"Shadow {_name} received other bytes for {ticket}, from {position} on.");
                    return;
                }

                position += segment.Length;
            }

            context.Request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        if (position != expected.Length)
        {
            _findings.Add($"Shadow {_name} received {position} of {expected.Length} bytes for {ticket}.");
        }
    }

    private byte[]? Expected(HttpContext context, Ticket ticket) =>
        ticket.Body < 0 ? []
        : ShapeCheck.ShapeOf(context) == CopyShapes.Redacted ? _bodies.All[ticket.Body].Redacted
        : _bodies.All[ticket.Body].Bytes;

    private async Task AnswerAsync(HttpContext context, Ticket ticket)
    {
        if (_host is not null && ticket.Id % AnswersPerConnection == 1)
        {
            context.Response.Headers.Connection = "close";
        }

        switch (ticket.Id % 10)
        {
            case 0:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
            case 1:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case 2:
                await context.Response.Body.WriteAsync(new byte[20_000], context.RequestAborted);
                break;
            case 3:
                await Task.Delay(TimeSpan.FromMilliseconds(50), context.RequestAborted);
                break;
        }

        await context.Response.CompleteAsync();
    }

    private static string Describe(HttpContext context) =>
        $"{context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget} {context.Request.Protocol}";
}
