using System.Text;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Writes header blocks of HTTP/2 (RFC 7541), every field by name and value.</summary>
internal sealed class HeaderBlock
{
    private const int WithIndexing = 0x40;
    private const int WithoutIndexing = 0;
    private const int NeverIndexed = 0x10;

    private readonly List<byte> _bytes = [];

    public void Add(Draw draw, string name, string value)
    {
        _bytes.Add((byte)draw.One(WithoutIndexing, WithoutIndexing, WithIndexing, NeverIndexed));
        AddText(name);
        AddText(value);
    }

    public void AddRaw(params byte[] bytes) => _bytes.AddRange(bytes);

    public byte[] ToArray() => _bytes.ToArray();

    private void AddText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < 127)
        {
            _bytes.Add((byte)bytes.Length);
        }
        else
        {
            _bytes.Add(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
            {
                _bytes.Add((byte)((rest & 127) | 128));
            }

            _bytes.Add((byte)rest);
        }

        _bytes.AddRange(bytes);
    }
}
