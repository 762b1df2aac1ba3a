namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Whether some server reads a path as going above where it begins: each reading by itself, where the library knows which of them go highest.</summary>
internal static class ClimbingModel
{
    public static bool MayClimb(string path) =>
        Enumerable
            .Range(0, 3)
            .Any(before =>
                Enumerable
                    .Range(0, 3 - before)
                    .Any(after => Enumerable.Range(0, 8).Any(habits => Climbs(Decode(path, before), after, habits)))
            );

    private static bool Climbs(string path, int decodings, int habits)
    {
        var depth = 0;
        var segments = (habits & 1) == 0 ? path.Split('/') : path.Split('/', '\\');
        foreach (var raw in segments.Skip(1))
        {
            var segment = Decode(raw, decodings);
            var name = (habits & 2) == 0 ? segment : segment.Split(';')[0];
            if (name == "." || (name.Length == 0 && (habits & 4) != 0))
            {
                continue;
            }

            depth += name == ".." ? -1 : 1;
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string Decode(string text, int times) =>
        times == 0 ? text : Decode(Uri.UnescapeDataString(text), times - 1);
}
