using System.Text;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Redaction;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class RedactedRequestTests : IDisposable
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Order = """{"card":"4111"}""";
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;

    public RedactedRequestTests() => _pool = new BlockPool(new ByteBudget(1_000_000), _memory);

    public void Dispose()
    {
        Assert.Equal(0, _memory.BlocksOut);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task Create_RedactsTargetAndBodyAndKeepsTheFields()
    {
        var shadow = Shadow(query: ["token"], json: ["/card"]) with { SetHeaders = [new("Content-Language", "cs")] };

        var (message, body) = await CreateAsync(Order, shadow, target: "/x?TOKEN=1", headers: ("Content-Type", Json));

        Assert.Equal("http://shadow.test/x?TOKEN=redacted", message.RequestUri!.OriginalString);
        Assert.Equal("""{"card":"redacted"}""", body);
        Assert.Equal(19, message.Content!.Headers.ContentLength);
        MessageAssert.Has(message, "Content-Type", Json);
        MessageAssert.Has(message, "Content-Language", "cs");
        Assert.IsType<CapturedContent>(message.Content);
    }

    [Fact]
    public async Task Create_WithoutAMatch_SendsTheCapturedBytes()
    {
        var (message, body) = await CreateAsync(Order, Shadow(json: ["/other"]), headers: ("Content-Type", Json));

        Assert.Equal(Order, body);
        Assert.IsType<CapturedContent>(message.Content);
    }

    [Fact]
    public async Task Create_OfABodyInManyBlocks_LeavesNothingOfTheValue()
    {
        var filler = new string('x', 9_000);
        var secret = string.Concat(Enumerable.Repeat("4111", 3_000));

        var (message, body) = await CreateAsync(
            $$"""{"a":"{{filler}}","card":"{{secret}}","b":"{{filler}}"}""",
            Shadow(json: ["/card"])
        );

        Assert.Equal($$"""{"a":"{{filler}}","card":"redacted","b":"{{filler}}"}""", body);
        Assert.Equal(body.Length, message.Content!.Headers.ContentLength);
    }

    [Fact]
    public async Task Create_RedactsWhatATransformHasMade()
    {
        var (message, body) = await CreateAsync(
            "not JSON",
            Shadow(query: ["token"], json: ["/card"]),
            transforms: copy =>
            {
                copy.Query = "?token=1";
                copy.SetBody(Encoding.UTF8.GetBytes(Order));
                copy.Headers.Set("Content-Type", Json);
            }
        );

        Assert.Equal("http://shadow.test/?token=redacted", message.RequestUri!.OriginalString);
        Assert.Equal("""{"card":"redacted"}""", body);
        Assert.Equal(19, message.Content!.Headers.ContentLength);
        MessageAssert.Has(message, "Content-Type", Json);
    }

    [Fact]
    public async Task Create_WithATransformThatRemovesTheBody_Passes()
    {
        var (message, _) = await CreateAsync(
            "not JSON",
            Shadow(json: ["/card"]),
            transforms: copy => copy.SetBody(default)
        );

        Assert.Null(message.Content);
    }

    [Theory]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("content-encoding", "br")]
    [InlineData("Content-Type", "application/json; charset=utf-16")]
    public async Task Create_LooksAtTheFieldsOfTheCopy(string name, string value)
    {
        var shadow = Shadow(json: ["/card"]);

        await AssertRefusedAsync(Order, shadow, headers: (name, value));
        await AssertRefusedAsync(Order, shadow with { SetHeaders = [new(name, value)] });
        await AssertRefusedAsync(Order, shadow, transforms: copy => copy.Headers.Set(name, value));
        var (_, body) = await CreateAsync(
            Order,
            shadow with
            {
                RemoveHeaders = TestShadow.Names(name),
            },
            headers: (name, value)
        );
        Assert.Equal("""{"card":"redacted"}""", body);
    }

    [Fact]
    public async Task Create_WithATypeThatIsSet_RedactsWhatTheShadowReads()
    {
        const string Fields = "card=4111";
        var shadow = Shadow(form: ["card"], json: ["/card"]);

        await AssertRefusedAsync(
            Fields,
            shadow with
            {
                SetHeaders = [new("Content-Type", Json)],
            },
            ("Content-Type", Form)
        );
        await AssertRefusedAsync(
            Fields,
            shadow with
            {
                RemoveHeaders = TestShadow.Names("Content-Type"),
            },
            ("Content-Type", Form)
        );
        await AssertRefusedAsync(Fields, shadow, ("Content-Type", new StringValues([Form, Json])));
        var (_, body) = await CreateAsync(
            Fields,
            shadow with
            {
                SetHeaders = [new("Content-Type", Form)],
            },
            headers: ("Content-Type", Json)
        );
        Assert.Equal("card=redacted", body);
    }

    [Fact]
    public void Create_WithoutABody_Passes()
    {
        var shadow = Shadow(form: ["card"], json: ["/card"]);

        Assert.Null(Create(TestRequest.Get(), shadow).Content);
        var described = Create(TestRequest.Get("/", ("Content-Type", Json), ("Content-Encoding", "gzip")), shadow);
        Assert.Equal(0, described.Content!.Headers.ContentLength);
    }

    [Fact]
    public void Create_OfALargeBody_HasNoContentUntilTheLastSlice()
    {
        var request = TestRequest.Post(
            _pool,
            Encoding.ASCII.GetBytes($"[{string.Concat(Enumerable.Repeat("1,", 100_000))}1]")
        );
        using var message = MirroredRequestFactory.Create(
            request,
            Shadow(json: ["/x"]),
            "X-Shadow-Request",
            new TraceFields(),
            activity: null,
            out var redaction
        );

        var slices = 1;
        for (; !redaction!.Step(); slices++)
        {
            Assert.Null(message.Content);
        }

        Assert.InRange(slices, 200_000 / BodyRedactor.SliceLength, 10);
        Assert.Equal(200_003, message.Content!.Headers.ContentLength);
        request.Release();
    }

    [Fact]
    public async Task Create_WithQueryAlone_LeavesBodiesAlone()
    {
        var (_, body) = await CreateAsync("not JSON", Shadow(query: ["token"]));

        Assert.Equal("not JSON", body);
    }

    [Fact]
    public async Task Create_ThatRefuses_SaysNothingOfTheBody()
    {
        foreach (var body in new[] { "tsecret", """{"a":secret}""", "secret=1", """{"\ud800secret":1}""" })
        {
            var refusal = await AssertRefusedAsync(body, Shadow(json: ["/secret-of-the-app/x"]));

            Assert.DoesNotContain("secret", refusal.ToString().Split("   at ")[0], StringComparison.Ordinal);
            Assert.Null(refusal.InnerException);
        }
    }

    private static ShadowConfiguration Shadow(string[]? query = null, string[]? form = null, string[]? json = null)
    {
        var options = new ShadowOptions();
        Array.ForEach(query ?? [], options.RedactQuery.Add);
        Array.ForEach(form ?? [], options.RedactForm.Add);
        Array.ForEach(json ?? [], options.RedactJson.Add);
        return TestShadow.Named() with { Shaping = ShapingCompiler.Compile(options) };
    }

    private static MirroredRequestMessage Create(
        CapturedRequest request,
        ShadowConfiguration shadow,
        params Action<MirroredRequest>[] transforms
    )
    {
        var message = MirroredRequestFactory.Create(
            request,
            shadow,
            "X-Shadow-Request",
            new TraceFields(),
            activity: null,
            out var redaction,
            transforms: transforms
        );
        redaction?.Run();
        return message;
    }

    private async Task<(HttpRequestMessage Message, string Body)> CreateAsync(
        string body,
        ShadowConfiguration shadow,
        string target = "/",
        (string, StringValues)? headers = null,
        Action<MirroredRequest>? transforms = null
    )
    {
        var request = TestRequest.Create("POST", target, headers is { } field ? [field] : []);
        var buffer = new PooledBodyBuffer(_pool);
        Assert.True(buffer.Append(Encoding.UTF8.GetBytes(body)).IsEmpty);
        request.Attach(buffer);
        try
        {
            var message = Create(request, shadow, transforms is null ? [] : [transforms]);
            using var written = new MemoryStream();
            await (message.Content?.CopyToAsync(written, TestContext.Current.CancellationToken) ?? Task.CompletedTask);
            return (message, Encoding.UTF8.GetString(written.ToArray()));
        }
        finally
        {
            request.Release();
        }
    }

    private Task<NotSupportedException> AssertRefusedAsync(
        string body,
        ShadowConfiguration shadow,
        (string, StringValues)? headers = null,
        Action<MirroredRequest>? transforms = null
    ) =>
        Assert.ThrowsAsync<NotSupportedException>(() =>
            CreateAsync(body, shadow, headers: headers, transforms: transforms)
        );
}
