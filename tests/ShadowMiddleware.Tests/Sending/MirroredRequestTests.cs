using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class MirroredRequestTests : IDisposable
{
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;

    public MirroredRequestTests() => _pool = new BlockPool(new ByteBudget(1_000_000), _memory);

    public void Dispose()
    {
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Facts_AreThoseOfTheCopy()
    {
        var captured = TestRequest.Get("/a?b?c");
        var request = new MirroredRequest(captured, captured.Target, "v2", "X-Tag");

        Assert.Equal(
            ("v2", $"{captured.Id:x32}", "GET", "/a", "?b?c"),
            (request.ShadowName, request.Id, request.Method, request.Path, request.Query)
        );
        Assert.True(request.Body.IsEmpty);
        Assert.False(request.HasBody);
    }

    [Fact]
    public void Body_IsACopyThatStays()
    {
        var bytes = Bytes.Of(9_000);
        var captured = TestRequest.Post(_pool, bytes);
        var request = new MirroredRequest(captured, "/", "v2", "X-Tag");

        Assert.True(request.HasBody);
        var body = request.Body;
        request.Close();
        captured.Release();

        Assert.Equal(bytes, body.ToArray());
        Assert.Equal(bytes, request.Body.ToArray());
        Assert.Null(request.BodyIfSet);
    }

    [Fact]
    public void Body_NotReadBeforeTheTransformReturned_CannotBeRead()
    {
        var captured = TestRequest.Post(_pool, "x"u8);
        var request = new MirroredRequest(captured, "/", "v2", "X-Tag");
        request.Close();
        captured.Release();

        Assert.Throws<InvalidOperationException>(() => request.Body);
    }

    [Fact]
    public void SetBody_CopiesItsBytes()
    {
        byte[] bytes = [1, 2, 3];
        var request = Create();

        request.SetBody(bytes);
        bytes[0] = 9;

        Assert.Equal<byte>([1, 2, 3], request.Body.ToArray());
        Assert.True(request.HasBody);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("http://elsewhere.example/")]
    [InlineData("@elsewhere.example/")]
    [InlineData("/a b")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/\u00e9")]
    [InlineData("/\r\nX: 1")]
    public void Path_ThatIsNone_IsRefused(string path) => Assert.Throws<ArgumentException>(() => Create().Path = path);

    [Theory]
    [InlineData("", "/x")]
    [InlineData("?", "/x?")]
    [InlineData("?a=1", "/x?a=1")]
    [InlineData("a=1", "/x?a=1")]
    public void Query_WithOrWithoutItsMark_IsSet(string query, string target)
    {
        var request = Create();
        request.Query = query;
        Assert.Equal(target, request.Target);
    }

    [Theory]
    [InlineData("?a b")]
    [InlineData("a#b")]
    [InlineData("a\n")]
    [InlineData("?\u00e9")]
    public void Query_ThatIsNone_IsRefused(string query) =>
        Assert.Throws<ArgumentException>(() => Create().Query = query);

    [Theory]
    [InlineData("")]
    [InlineData("GE T")]
    [InlineData("GET /elsewhere HTTP/1.1\r\n")]
    [InlineData("CONNECT")]
    [InlineData("connect")]
    public void Method_ThatIsNone_IsRefused(string method) =>
        Assert.Throws<ArgumentException>(() => Create().Method = method);

    [Theory]
    [InlineData("Host")]
    [InlineData("host")]
    [InlineData("X-Tag")]
    [InlineData("x-tag")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("TE")]
    [InlineData("Upgrade")]
    [InlineData("Expect")]
    [InlineData("")]
    [InlineData("X Y")]
    [InlineData("X:")]
    [InlineData(":authority")]
    public void Headers_WithANameThatIsNotForThem_RefuseIt(string name)
    {
        var headers = Create().Headers;

        Assert.Throws<ArgumentException>(() => headers.Set(name, "1"));
        Assert.Throws<ArgumentException>(() => headers.Add(name, "1"));
        Assert.Throws<ArgumentException>(() => headers.Remove(name));
        Assert.Null(headers.Get(name));
    }

    [Theory]
    [InlineData("a\r\nX-Injected: 1")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void Headers_WithAValueThatWouldBreakOut_RefuseIt(string value)
    {
        var headers = Create().Headers;

        Assert.Throws<ArgumentException>(() => headers.Set("X-A", value));
        Assert.Throws<ArgumentException>(() => headers.Add("X-A", value));
        Assert.Throws<ArgumentNullException>(() => headers.Set("X-A", null!));
        Assert.Empty(headers);
    }

    [Fact]
    public void Headers_IgnoreCaseAndCombine()
    {
        var headers = Create().Headers;
        headers.Set("X-A", "1");
        headers.Add("x-a", "2");
        headers.Add("Cookie", "a=1");
        headers.Add("cookie", "b=2");
        headers.Add("X-B", "");

        Assert.Equal("1, 2", headers.Get("X-a"));
        Assert.Equal([new("X-A", "1, 2"), new("Cookie", "a=1; b=2"), new("X-B", "")], headers);
        Assert.True(headers.Contains("x-b"));
        Assert.True(headers.Remove("x-B"));
        Assert.False(headers.Remove("x-B"));
        headers.Set("x-a", "");
        Assert.Equal("", headers.Get("X-A"));
        Assert.Equal(2, headers.Count);
    }

    [Fact]
    public void Changes_AfterTheTransformReturned_AreRefused()
    {
        var request = Create();
        request.Close();

        Assert.Throws<InvalidOperationException>(() => request.Method = "POST");
        Assert.Throws<InvalidOperationException>(() => request.Path = "/");
        Assert.Throws<InvalidOperationException>(() => request.Query = "");
        Assert.Throws<InvalidOperationException>(() => request.SetBody(default));
        Assert.Throws<InvalidOperationException>(() => request.Headers.Set("X-A", "1"));
        Assert.Throws<InvalidOperationException>(() => request.Headers.Add("X-A", "1"));
        Assert.Throws<InvalidOperationException>(() => request.Headers.Remove("X-A"));
        Assert.Equal("/x", request.Path);
    }

    private static MirroredRequest Create() => new(TestRequest.Get("/x"), "/x", "v2", "X-Tag");
}
