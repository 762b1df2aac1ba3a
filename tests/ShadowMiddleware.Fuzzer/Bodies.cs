using System.Globalization;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Clients;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer;

/// <summary>The bodies of a case: from its maker, or, where the framing is broken or ambiguous, from a server without a mirror.</summary>
internal sealed class Bodies
{
    private const int Attempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Stage _stage;
    private readonly Tally _tally;
    private readonly FuzzCase _case;
    private readonly Dictionary<int, byte[]> _recorded = [];

    public Bodies(Stage stage, Tally tally, FuzzCase fuzzCase)
    {
        _stage = stage;
        _tally = tally;
        _case = fuzzCase;
    }

    /// <summary>The body, if it is known without asking; <see langword="null"/> otherwise.</summary>
    public byte[]? Known(Arrival arrival) =>
        !arrival.CanHaveBody ? [] : Sent(arrival) ?? _recorded.GetValueOrDefault(arrival.Index);

    // What lies behind an announced length is no part of the body, and what does not reach it is not the whole of it.
    private byte[]? Sent(Arrival arrival)
    {
        if (!_case.Bodies.TryGetValue(arrival.Index, out var sent))
        {
            return null;
        }

        return !long.TryParse(
            arrival["Content-Length"],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var length
        )
            ? sent.IsEnded
                ? sent.Bytes
                : null
            : length <= sent.Bytes.Length
                ? sent.Bytes[..(int)length]
                : null;
    }

    public async Task<byte[]> AskAsync(Arrival arrival)
    {
        // The bytes alone say what the body is. A client that leaves may do so before this server has read what another one read.
        for (var i = 0; i < Attempts && Known(arrival) is null; i++)
        {
            if (i == 0)
            {
                _tally.AddRecorded();
            }

            var run = await RawClient.RunAsync(_stage.Recording, _case.Staying(), Patience);
            foreach (var recorded in run.Log.Arrivals.Where(recorded => recorded.Body is not null))
            {
                _recorded.TryAdd(recorded.Index, recorded.Body!);
            }
        }

        return Known(arrival)
            ?? throw new FuzzFailure(
                $"There is a copy of a request whose body no server could read whole.\n\n{Judging.Script.Describe(_case)}\n{arrival}\n",
                _case.Number
            );
    }
}
