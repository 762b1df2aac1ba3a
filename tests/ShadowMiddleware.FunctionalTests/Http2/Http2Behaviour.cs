using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Http2;

/// <summary>How a shadow behaves on an HTTP/2 connection. What is not said is done as it should be.</summary>
internal sealed class Http2Behaviour
{
    public (Http2Setting Name, uint Value)[] Settings { get; init; } = [];

    public bool SendsSettings { get; init; } = true;

    /// <summary>Whether the client may send as much again as has been read.</summary>
    public bool OpensWindows { get; init; } = true;

    /// <summary>What happens once the connection is there.</summary>
    public Func<Http2Peer, Task> OnStart { get; init; } = static _ => Task.CompletedTask;

    /// <summary>What happens when the head of a request has arrived.</summary>
    public Func<Http2Peer, Http2Copy, Task> OnHead { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>What happens when a part of a body has arrived.</summary>
    public Func<Http2Peer, Http2Copy, Task> OnData { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>What happens when the whole of a request has arrived.</summary>
    public Func<Http2Peer, Http2Copy, Task> OnEnd { get; init; } = static (peer, copy) => peer.AnswerAsync(copy);

    public static implicit operator ShadowScript(Http2Behaviour behaviour) => behaviour.ServeAsync;

    private async Task ServeAsync(RawShadowConnection connection, CancellationToken token)
    {
        using var peer = new Http2Peer(connection, token);
        await peer.ReadPrefaceAsync();
        if (SendsSettings)
        {
            await peer.SettingsAsync(Settings);
        }

        await OnStart(peer);
        while (true)
        {
            var (frame, copy) = await peer.ReadAsync();
            if (copy is null)
            {
                continue;
            }

            if (frame.Type == Http2Frame.Headers)
            {
                await OnHead(peer, copy);
            }

            if (frame.Type == Http2Frame.Data)
            {
                await OnData(peer, copy);
                if (OpensWindows)
                {
                    await peer.OpenWindowAsync(copy.Stream, frame.Payload.Length);
                }
            }

            if (frame.Type is Http2Frame.Headers or Http2Frame.Data && frame.Has(Http2Frame.EndStream))
            {
                await OnEnd(peer, copy);
            }
        }
    }
}
