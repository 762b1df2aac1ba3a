using Grpc.Core;

namespace ShadowMiddleware.NeighbourTests.Grpc;

internal sealed class NotesService : Notes.NotesBase
{
    public override Task<Note> Get(Note request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("x-trailer", "after");
        return request.Text == "fail"
            ? throw new RpcException(new Status(StatusCode.FailedPrecondition, "as asked"))
            : Task.FromResult(new Note { Text = $"got {request.Text}" });
    }

    public override async Task Watch(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < 3; i++)
        {
            await responseStream.WriteAsync(new Note { Text = $"{request.Text} {i}" }, context.CancellationToken);
        }
    }

    public override async Task<Note> Collect(IAsyncStreamReader<Note> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
        {
            texts.Add(note.Text);
        }

        return new Note { Text = string.Join(' ', texts) };
    }

    public override async Task Chat(
        IAsyncStreamReader<Note> requestStream,
        IServerStreamWriter<Note> responseStream,
        ServerCallContext context
    )
    {
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(new Note { Text = $"re: {note.Text}" }, context.CancellationToken);
        }
    }
}
