using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>Takes the messages of a call apart, by hand, through either door of the body.</summary>
internal sealed class GrpcMessageReader
{
    private readonly HttpContext _context;
    private readonly bool _byPipe;

    public GrpcMessageReader(HttpContext context)
    {
        _context = context;
        _byPipe = context.Request.Headers["x-door"] == "pipe";
    }

    /// <summary>The next message; <see langword="null"/> at the end.</summary>
    public Task<GrpcMessage?> NextAsync() => _byPipe ? NextOfPipeAsync() : NextOfStreamAsync();

    private async Task<GrpcMessage?> NextOfStreamAsync()
    {
        var prefix = new byte[GrpcMessage.PrefixLength];
        var read = await _context.Request.Body.ReadAtLeastAsync(
            prefix,
            prefix.Length,
            throwOnEndOfStream: false,
            _context.RequestAborted
        );
        if (read == 0)
        {
            return null;
        }

        var message = new byte[prefix.Length + Length(prefix)];
        prefix.CopyTo(message, 0);
        await _context.Request.Body.ReadExactlyAsync(message.AsMemory(prefix.Length), _context.RequestAborted);
        return new GrpcMessage(message);
    }

    private async Task<GrpcMessage?> NextOfPipeAsync()
    {
        var reader = _context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(_context.RequestAborted);
            if (TryTake(result.Buffer) is { } message)
            {
                reader.AdvanceTo(result.Buffer.GetPosition(message.Frame.Length));
                return message;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    private static GrpcMessage? TryTake(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < GrpcMessage.PrefixLength)
        {
            return null;
        }

        var length = GrpcMessage.PrefixLength + Length(buffer.Slice(0, GrpcMessage.PrefixLength).ToArray());
        return buffer.Length < length ? null : new GrpcMessage(buffer.Slice(0, length).ToArray());
    }

    private static int Length(byte[] prefix) => (int)BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
}
