using System.Globalization;
using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Reads HTTP/1.1 messages off a stream without changing a byte of them.</summary>
internal sealed class RawMessageReader(Stream stream)
{
    private byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads a request, or <see langword="null"/> at the end of the stream. Bytes before that are an error.</summary>
    public async Task<RawMessage?> ReadRequestAsync(CancellationToken token)
    {
        var head = await ReadHeadAsync(token);
        return head is null ? null : await ReadBodyAsync(head, toTheEnd: false, token);
    }

    /// <summary>Reads a response; interim ones before it are part of its raw bytes.</summary>
    /// <param name="toHead">Whether the request was HEAD, so that the response has no content whatever its fields say.</param>
    /// <param name="token">Ends the wait.</param>
    public async Task<RawMessage> ReadResponseAsync(bool toHead, CancellationToken token)
    {
        var interim = Array.Empty<byte>();

        while (true)
        {
            var head = await ReadHeadAsync(token) ?? throw new IOException("The connection closed before a response.");
            head = head.After(interim);

            if (head.Status is >= 100 and < 200 and not 101)
            {
                interim = head.Raw;
                continue;
            }

            var hasNoBody = toHead || head.Status is 101 or 204 or 304;
            return hasNoBody ? head : await ReadBodyAsync(head, toTheEnd: true, token);
        }
    }

    /// <summary>Reads up to the end of a head, or <see langword="null"/> at the end of the stream.</summary>
    public async Task<RawMessage?> ReadHeadAsync(CancellationToken token)
    {
        var scanned = 0;

        while (true)
        {
            var at = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf("\r\n\r\n"u8);

            if (at >= 0)
            {
                return RawMessage.ParseHead(Take(scanned + at + 4));
            }

            scanned = Math.Max(0, _end - _start - 3);

            if (!await FillAsync(token))
            {
                return _end == _start ? null : throw new IOException("The connection closed within a head.");
            }
        }
    }

    /// <summary>Takes some of the bytes that come next; none at the end of the stream. Reads no more off the stream than that.</summary>
    public async Task<byte[]> TakeSomeAsync(int most, CancellationToken token)
    {
        if (_end > _start)
        {
            return Take(Math.Min(most, _end - _start));
        }

        var bytes = new byte[most];
        var read = await stream.ReadAsync(bytes, token);
        return bytes[..read];
    }

    private async Task<RawMessage> ReadBodyAsync(RawMessage head, bool toTheEnd, CancellationToken token)
    {
        if (
            head.Value("Transfer-Encoding") is { } coding
            && coding.EndsWith("chunked", StringComparison.OrdinalIgnoreCase)
        )
        {
            return await ReadChunksAsync(head, token);
        }

        if (head.Value("Content-Length") is { } length)
        {
            var body = await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture), token);
            return head.WithBody(body, body);
        }

        if (!toTheEnd)
        {
            return head;
        }

        while (await FillAsync(token)) { }

        var rest = Take(_end - _start);
        return head.WithBody(rest, rest);
    }

    private async Task<RawMessage> ReadChunksAsync(RawMessage head, CancellationToken token)
    {
        using var raw = new MemoryStream();
        using var body = new MemoryStream();

        while (true)
        {
            var line = await TakeLineAsync(token);
            raw.Write(line);
            var size = int.Parse(
                Encoding.ASCII.GetString(line).Split(';')[0].Trim(),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            );

            if (size == 0)
            {
                break;
            }

            var chunk = await TakeAsync(size + 2, token);
            raw.Write(chunk);
            body.Write(chunk, 0, size);
        }

        while (true)
        {
            var trailer = await TakeLineAsync(token);
            raw.Write(trailer);

            if (trailer.Length == 2)
            {
                return head.WithBody(raw.ToArray(), body.ToArray());
            }
        }
    }

    private async Task<byte[]> TakeLineAsync(CancellationToken token)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);

            if (at >= 0)
            {
                return Take(at + 2);
            }

            await FillOrThrowAsync(token);
        }
    }

    private async Task<byte[]> TakeAsync(int count, CancellationToken token)
    {
        while (_end - _start < count)
        {
            await FillOrThrowAsync(token);
        }

        return Take(count);
    }

    private byte[] Take(int count)
    {
        var taken = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return taken;
    }

    private async Task FillOrThrowAsync(CancellationToken token)
    {
        if (!await FillAsync(token))
        {
            throw new IOException("The connection closed within a body.");
        }
    }

    private async Task<bool> FillAsync(CancellationToken token)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), token);
        _end += read;
        return read > 0;
    }
}
