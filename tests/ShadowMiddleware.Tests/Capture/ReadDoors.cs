using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>Every way in which an app can read its body to the end.</summary>
internal static class ReadDoors
{
    private const int BufferSize = 1_000;

    public static IReadOnlyDictionary<string, Func<Stream, Task<byte[]>>> All { get; } =
        new Dictionary<string, Func<Stream, Task<byte[]>>>
        {
            ["Read(array)"] = body => Task.FromResult(Loop(buffer => body.Read(buffer, 0, buffer.Length))),
            ["Read(span)"] = body => Task.FromResult(Loop(buffer => body.Read(buffer.AsSpan()))),
            ["ReadByte"] = body => Task.FromResult(ReadBytes(body)),
            ["ReadAsync(array)"] = body => LoopAsync(buffer => body.ReadAsync(buffer, 0, buffer.Length, default)),
            ["ReadAsync(memory)"] = body => LoopAsync(buffer => body.ReadAsync(buffer.AsMemory()).AsTask()),
            ["BeginRead"] = body =>
                LoopAsync(buffer =>
                    Task.Factory.FromAsync(body.BeginRead, body.EndRead, buffer, 0, buffer.Length, null)
                ),
            ["CopyTo"] = CopyTo,
            ["CopyToAsync"] = ReadToEndAsync,
            ["StreamReader.ReadToEndAsync"] = ReadTextAsync,
            ["PipeReader"] = body => ReadToEndAsync(PipeReader.Create(body)),
            ["PipeReader.CopyToAsync"] = CopyPipeAsync,
            ["ReadAtLeastAsync"] = ReadAtLeastAsync,
        };

    public static async Task<byte[]> ReadToEndAsync(Stream body)
    {
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static byte[] Loop(Func<byte[], int> read)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[BufferSize];
        int count;
        while ((count = read(buffer)) > 0)
        {
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> LoopAsync(Func<byte[], Task<int>> read)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[BufferSize];
        int count;
        while ((count = await read(buffer)) > 0)
        {
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static byte[] ReadBytes(Stream body)
    {
        using var bytes = new MemoryStream();
        int next;
        while ((next = body.ReadByte()) >= 0)
        {
            bytes.WriteByte((byte)next);
        }

        return bytes.ToArray();
    }

    private static Task<byte[]> CopyTo(Stream body)
    {
        using var bytes = new MemoryStream();
        body.CopyTo(bytes);
        return Task.FromResult(bytes.ToArray());
    }

    // Latin-1 maps every byte to a character and back.
    private static async Task<byte[]> ReadTextAsync(Stream body)
    {
        using var reader = new StreamReader(body, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        return Encoding.Latin1.GetBytes(await reader.ReadToEndAsync());
    }

    private static async Task<byte[]> CopyPipeAsync(Stream body)
    {
        using var bytes = new MemoryStream();
        await PipeReader.Create(body).CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<byte[]> ReadAtLeastAsync(Stream body)
    {
        var buffer = new byte[100_000];
        var count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..count];
    }
}
