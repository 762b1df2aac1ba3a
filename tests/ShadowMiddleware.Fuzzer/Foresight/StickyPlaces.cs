namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>
/// Where keys stand among all, as far as a run has shown: a key that was copied at some percent is copied at each higher one, and one that was not is not
/// at any lower one, in every round and for each shadow with the same salt. How places are drawn need not be known for that.
/// </summary>
internal sealed class StickyPlaces
{
    private readonly Dictionary<(string Salt, string Value), double> _in = [];
    private readonly Dictionary<(string Salt, string Value), double> _out = [];

    /// <summary>Whether a key is in its share; <see langword="null"/> when nothing has shown it yet.</summary>
    public bool? Find(StickyKey key)
    {
        var place = (key.Salt, key.Value);
        return key.Percent >= _in.GetValueOrDefault(place, double.PositiveInfinity) ? true
            : key.Percent <= _out.GetValueOrDefault(place, double.NegativeInfinity) ? false
            : null;
    }

    public void Learn(StickyKey key, bool isIn)
    {
        var place = (key.Salt, key.Value);
        if (isIn)
        {
            _in[place] = Math.Min(key.Percent, _in.GetValueOrDefault(place, double.PositiveInfinity));
        }
        else
        {
            _out[place] = Math.Max(key.Percent, _out.GetValueOrDefault(place, double.NegativeInfinity));
        }
    }
}
