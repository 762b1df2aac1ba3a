using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Selection;

/// <summary>Draws by a key: a hash that is the same everywhere and for good decides, so that keys that are alike do not gather on one side. Who knows the salt can find some that do.</summary>
internal static class StickyDraw
{
    private const int OnStack = 512;

    // What a double holds exactly.
    private const int FractionBits = 53;

    /// <param name="key">The key. Of several values, what they are when commas join them.</param>
    /// <param name="salt">Equal salts draw alike.</param>
    /// <param name="percent">The share, in which a key stays when it grows.</param>
    public static bool Falls(StringValues key, string salt, double percent) => Fraction(key, salt) * 100 < percent;

    /// <summary>Where a key stands, from 0 to below 1. Part of what users rely on: it never changes.</summary>
    public static double Fraction(StringValues key, string salt)
    {
        var size = Encoding.UTF8.GetMaxByteCount(salt.Length) + 1;
        foreach (var value in key)
        {
            size += Encoding.UTF8.GetMaxByteCount(value?.Length ?? 0) + 1;
        }

        var rented = size > OnStack ? ArrayPool<byte>.Shared.Rent(size) : null;
        var text = rented is null ? stackalloc byte[OnStack] : rented;

        // A byte that UTF-8 has not stands between them, so that no other pair makes the same text.
        var length = Encoding.UTF8.GetBytes(salt, text);
        text[length++] = 0xFF;
        length += Join(key, text[length..]);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> (64 - FractionBits)) / (double)(1UL << FractionBits);
    }

    // As StringValues joins them when they are made one string, which is what is not done here.
    private static int Join(StringValues values, Span<byte> text)
    {
        var length = 0;
        foreach (var value in values)
        {
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (length > 0)
            {
                text[length++] = (byte)',';
            }

            length += Encoding.UTF8.GetBytes(value, text[length..]);
        }

        return length;
    }
}
