using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The request of one cell of a matrix. It names itself, so that the views of the app and the copies can be told apart.</summary>
internal sealed class FaultRequest
{
    public const string NameField = "X-Case";

    public FaultRequest(
        string name,
        string framing,
        byte[] body,
        string contentType,
        params (string Name, string Value)[] fields
    )
    {
        Name = name;
        Framing = framing;
        Content = framing == Framings.None ? [] : body;
        Fields =
        [
            (NameField, name),
            .. fields,
            .. framing == Framings.None || contentType.Length == 0 ? [] : new[] { ("Content-Type", contentType) },
        ];
    }

    public string Name { get; }

    public string Framing { get; }

    /// <summary>The bytes of the body.</summary>
    public byte[] Content { get; }

    public IReadOnlyList<(string Name, string Value)> Fields { get; }

    public byte[] ToHttp1()
    {
        var fields = Fields.Select(field => $"{field.Name}: {field.Value}").ToArray();
        return Framing switch
        {
            Framings.None => RawRequest.Build("POST", "/x", fields, body: null),
            Framings.Length => RawRequest.Build("POST", "/x", fields, Content),
            _ => RawRequest.Chunked("POST", "/x", fields, Content),
        };
    }

    /// <summary>The head alone, its end included.</summary>
    public byte[] HeadToHttp1()
    {
        var whole = ToHttp1();
        return whole[..(whole.AsSpan().IndexOf("\r\n\r\n"u8) + 4)];
    }

    public HttpRequestMessage ToHttp2()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/x")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Framing switch
            {
                Framings.None => null,
                Framings.Length => new ByteArrayContent(Content),
                _ => new LengthlessContent(Content),
            },
        };
        message.Headers.Host = RawRequest.Host;
        foreach (var (name, value) in Fields)
        {
            if (name == "Content-Type")
            {
                message.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                message.Headers.Add(name, value);
            }
        }

        return message;
    }

    public override string ToString() => Encoding.Latin1.GetString(HeadToHttp1());
}
