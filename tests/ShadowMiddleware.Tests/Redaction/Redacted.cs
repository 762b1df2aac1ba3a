using System.Buffers;
using System.Text;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Tests.Redaction;

/// <summary>Redacts texts as the sender does: in blocks of any size, and what it finds applied to them.</summary>
internal static class Redacted
{
    /// <returns>What a body becomes; <see langword="null"/> when it is refused.</returns>
    public static string? Body(
        string body,
        string? contentType,
        string[]? form = null,
        string[]? json = null,
        string? contentEncoding = null
    ) => Body(Encoding.UTF8.GetBytes(body), contentType, form, json, contentEncoding);

    public static string? Body(
        byte[] body,
        string? contentType,
        string[]? form = null,
        string[]? json = null,
        string? contentEncoding = null
    )
    {
        var redaction = new RedactionConfiguration
        {
            Form = form is null ? null : new RedactedNames(form),
            Json = json is null ? null : [.. json.Select(Pointer)],
        };

        // The same, wherever it is cut.
        var all = new[] { body.Length, 1, 7 }.Select(Try).Distinct().ToArray();
        return Assert.Single(all);

        string? Try(int blockSize)
        {
            var blocks = Cut(body, [blockSize]);
            try
            {
                return Apply(
                    BodyRedactor.Find(Sequence(blocks), contentType, contentEncoding, redaction).Last()!,
                    blocks
                );
            }
            catch (NotSupportedException)
            {
                return null;
            }
        }
    }

    /// <returns>What JSON becomes; <see langword="null"/> when it is none.</returns>
    public static string? Json(byte[] body, int[] blockSizes, string[] pointers)
    {
        var blocks = Cut(body, blockSizes);
        var edits = new BodyEdits();
        var redactor = new JsonRedactor(Sequence(blocks), [.. pointers.Select(Pointer)], edits);
        bool? isJson;
        while ((isJson = redactor.Step()) is null) { }

        return isJson.Value ? Apply(edits, blocks) : null;
    }

    public static string Apply(BodyEdits edits, byte[][] blocks)
    {
        var bytes = edits
            .Apply(blocks.Select(block => (ReadOnlyMemory<byte>)block))
            .SelectMany(piece => piece.ToArray());
        var text = bytes.ToArray();
        Assert.Equal(blocks.Sum(block => block.Length) + edits.Growth, text.Length);
        return Encoding.Latin1.GetString(text);
    }

    /// <summary>Cuts bytes into blocks of these sizes, over and over again.</summary>
    public static byte[][] Cut(byte[] bytes, int[] sizes)
    {
        var blocks = new List<byte[]>();
        for (var start = 0; start < bytes.Length; )
        {
            var size = Math.Min(sizes[blocks.Count % sizes.Length], bytes.Length - start);
            blocks.Add(bytes[start..(start + size)]);
            start += size;
        }

        return [.. blocks];
    }

    public static ReadOnlySequence<byte> Sequence(byte[][] blocks)
    {
        if (blocks.Length == 0)
        {
            return default;
        }

        var first = new Segment(blocks[0], 0);
        var last = first;
        foreach (var block in blocks[1..])
        {
            last = last.Append(block);
        }

        return new(first, 0, last, last.Memory.Length);
    }

    public static JsonPointer Pointer(string text)
    {
        Assert.True(JsonPointer.TryParse(text, out var pointer, out var fault), fault);
        return pointer;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
