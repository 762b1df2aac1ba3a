using System.Text;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Tests.Redaction;

public class BodyEditsTests
{
    [Fact]
    public void Apply_WhereverTheBlocksAreCut_ReplacesTheSame()
    {
        var text = Encoding.ASCII.GetBytes("0123456789");
        var edits = new BodyEdits();
        edits.Add(0, 1, Replacement.JsonNull);
        edits.Add(1, 0, Replacement.Word);
        edits.Add(3, 4, Replacement.JsonString);
        edits.Add(9, 1, Replacement.Word);
        edits.Add(10, 0, Replacement.Word);

        for (var size = 1; size <= text.Length; size++)
        {
            Assert.Equal(
                "nullredacted12\"redacted\"78redactedredacted",
                Redacted.Apply(edits, Redacted.Cut(text, [size]))
            );
        }

        Assert.Equal(5, edits.Count);
    }

    [Fact]
    public void Apply_WithoutEdits_IsTheText() =>
        Assert.Equal("abc", Redacted.Apply(new BodyEdits(), Redacted.Cut("abc"u8.ToArray(), [2])));

    [Fact]
    public void Apply_OfAValueOverManyBlocks_LeavesNoneOfIt()
    {
        var text = new byte[100_000];
        var edits = new BodyEdits();
        edits.Add(1, text.Length - 2, Replacement.JsonNull);

        Assert.Equal("\0null\0", Redacted.Apply(edits, Redacted.Cut(text, [4096])));
        Assert.Equal(6 - text.Length, edits.Growth);
    }

    [Fact]
    public void Apply_Twice_IsTheSame()
    {
        var edits = new BodyEdits();
        edits.Add(1, 1, Replacement.Word);
        byte[][] text =
        [
            [.. "abc"u8],
        ];

        Assert.Equal(Redacted.Apply(edits, text), Redacted.Apply(edits, text));
    }

    [Fact]
    public void Apply_OfMoreEditsThanAChunkHolds_MakesAllOfThem()
    {
        const int Count = 10_000;
        var edits = new BodyEdits();
        for (var i = 0; i < Count; i++)
        {
            edits.Add(i * 300L, 200, Replacement.JsonNull);
        }

        var text = Redacted.Apply(edits, Redacted.Cut(new byte[Count * 300], [4096]));

        Assert.Equal(string.Concat(Enumerable.Repeat("null" + new string('\0', 100), Count)), text);
    }

    [Fact]
    public void Add_BeyondTheFirstChunk_IsChargedByTheChunk()
    {
        var charged = 0;
        var edits = new BodyEdits(bytes =>
        {
            charged += bytes;
            return charged <= 2 * BodyEdits.ChunkLength;
        });

        AddUpTo(1);
        Assert.Equal(0, charged);
        AddUpTo(2);
        Assert.Equal(BodyEdits.ChunkLength, charged);
        AddUpTo(3);
        Assert.Equal(2 * BodyEdits.ChunkLength, charged);
        Assert.Throws<ByteBudgetException>(() => AddUpTo(4));

        // An edit is of two bytes here.
        void AddUpTo(int chunks)
        {
            while (edits.Count < chunks * BodyEdits.ChunkLength / 2)
            {
                edits.Add(edits.Count, 1, Replacement.JsonNull);
            }
        }
    }
}
