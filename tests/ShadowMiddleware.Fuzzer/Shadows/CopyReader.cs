using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Fuzzer.Shadows;

/// <summary>Reads copies off a connection, strictly: whatever is not plain HTTP/1.1 is an error.</summary>
internal sealed class CopyReader
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Stream _stream;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public CopyReader(Stream stream) => _stream = stream;

    /// <summary>Reads the head of the next copy; <see langword="null"/> when there is none.</summary>
    public async Task<ReceivedCopy?> ReadHeadAsync(CancellationToken token)
    {
        var scanned = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                return Parse(Take(scanned + at + 4));
            }

            scanned = Math.Max(0, _end - _start - 3);
            if (!await FillAsync(token))
            {
                return _end == _start ? null : throw new InvalidDataException("The connection ended within a head.");
            }
        }
    }

    /// <summary>Reads the body that belongs to the head.</summary>
    public async Task<ReceivedCopy> ReadBodyAsync(ReceivedCopy head, CancellationToken token)
    {
        if (head.Value("Transfer-Encoding") is { } coding)
        {
            return coding == "chunked"
                ? head with
                {
                    Body = await ReadChunksAsync(token),
                    IsChunked = true,
                }
                : throw new InvalidDataException("An unknown transfer coding.");
        }

        return head.Value("Content-Length") is { } length
            ? head with
            {
                Body = await TakeAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), token),
            }
            : head;
    }

    private static ReceivedCopy Parse(byte[] head)
    {
        var lines = Utf8.GetString(head)[..^4].Split("\r\n");
        var start = lines[0].Split(' ');
        if (start.Length != 3)
        {
            throw new InvalidDataException("Not a request line.");
        }

        return new ReceivedCopy(head, [], IsChunked: false)
        {
            Method = start[0],
            Target = start[1],
            Version = start[2],
            Fields = [.. lines.Skip(1).Select(ParseField)],
        };
    }

    private static KeyValuePair<string, string> ParseField(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !line.AsSpan().ContainsAny('\r', '\n', '\0')
            ? KeyValuePair.Create(line[..colon], line[(colon + 1)..].Trim(' ', '\t'))
            : throw new InvalidDataException($"Not a header field: {line}");
    }

    private async Task<byte[]> ReadChunksAsync(CancellationToken token)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse(
                Encoding.ASCII.GetString(await TakeLineAsync(token)),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture
            );
            if (size > 0)
            {
                body.Write(await TakeAsync(size, token));
            }

            if ((await TakeLineAsync(token)).Length > 0)
            {
                throw new InvalidDataException("A chunk that does not end, or a trailer.");
            }

            if (size == 0)
            {
                return body.ToArray();
            }
        }
    }

    private async Task<byte[]> TakeLineAsync(CancellationToken token)
    {
        int at;
        while ((at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            await FillOrThrowAsync(token);
        }

        return Take(at + 2)[..^2];
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
            throw new InvalidDataException("The connection ended within a body.");
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

        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), token);
        _end += read;
        return read > 0;
    }
}
