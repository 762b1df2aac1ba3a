using System.Text;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>What a <see cref="MeasuredRequest"/> consists of.</summary>
internal static class MeasuredRequestExtensions
{
    public static int BodyBytes(this MeasuredRequest request) =>
        request switch
        {
            MeasuredRequest.Get => 0,
            MeasuredRequest.Post500BAsJson => 500,
            MeasuredRequest.Post1KAsJson or MeasuredRequest.Post1KByCopyTo or MeasuredRequest.Post1KByBodyReader =>
                1024,
            MeasuredRequest.Post4KAsJson => 4 * 1024,
            MeasuredRequest.Post64KAsJson or MeasuredRequest.Post64KByCopyTo or MeasuredRequest.Post64KByBodyReader =>
                64 * 1024,
            _ => 1024 * 1024,
        };

    /// <summary>The request line and the header fields, as they stand on the wire.</summary>
    public static string HeadText(this MeasuredRequest request) =>
        request == MeasuredRequest.Get ? RequestText.Get : RequestText.Post(request.BodyBytes());

    public static byte[] CreateBody(this MeasuredRequest request) =>
        request == MeasuredRequest.Get ? [] : OrderJson.OfLength(request.BodyBytes()).Bytes;

    /// <summary>The whole request, as it stands on the wire.</summary>
    public static byte[] CreateBytes(this MeasuredRequest request) =>
        [.. Encoding.ASCII.GetBytes(request.HeadText()), .. request.CreateBody()];

    /// <summary>An app that reads it, one request at a time.</summary>
    public static IMeasuredApp CreateApp(this MeasuredRequest request) =>
        request == MeasuredRequest.Get
            ? new EmptyApp()
            : request.Access() switch
            {
                BodyAccess.Json => new JsonReadingApp(OrderJson.OfLength(request.BodyBytes()).Lines),
                BodyAccess.CopyTo => new CopyingApp(request.BodyBytes()),
                _ => new PipeReadingApp(request.BodyBytes()),
            };

    private static BodyAccess Access(this MeasuredRequest request) =>
        request switch
        {
            MeasuredRequest.Post1KByCopyTo or MeasuredRequest.Post64KByCopyTo or MeasuredRequest.Post1MByCopyTo =>
                BodyAccess.CopyTo,
            MeasuredRequest.Post1KByBodyReader or MeasuredRequest.Post64KByBodyReader => BodyAccess.BodyReader,
            _ => BodyAccess.Json,
        };
}
