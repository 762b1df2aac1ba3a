namespace ShadowMiddleware.Configuration;

/// <summary>Guesses which key an unknown one was meant to be.</summary>
internal static class NearestKey
{
    /// <summary>The candidate with the fewest edits, if those are few for its length; else <see langword="null"/>.</summary>
    public static string? Find(string key, IEnumerable<string> candidates)
    {
        var nearest = candidates
            .Select(candidate => (Key: candidate, Edits: CountEdits(key, candidate)))
            .OrderBy(guess => guess.Edits)
            .FirstOrDefault();

        return
            nearest.Key is { } found
            && nearest.Edits <= Math.Max(2, found.Length / 3)
            && nearest.Edits < found.Length / 2.0
            ? found
            : null;
    }

    // Levenshtein distance over one row. Keys are short; a long one is not worth a guess.
    private static int CountEdits(string left, string right)
    {
        if (left.Length > 2 * right.Length)
        {
            return int.MaxValue;
        }

        var row = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            row[column] = column;
        }

        for (var line = 1; line <= left.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column <= right.Length; column++)
            {
                var same = char.ToUpperInvariant(left[line - 1]) == char.ToUpperInvariant(right[column - 1]);
                var replaced = diagonal + (same ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, 1 + Math.Min(row[column], row[column - 1]));
            }
        }

        return row[^1];
    }
}
