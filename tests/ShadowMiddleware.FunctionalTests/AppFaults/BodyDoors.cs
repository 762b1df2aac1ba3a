using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The doors through which the app reads.</summary>
internal static class BodyDoors
{
    private const int Part = 10;

    // With their heads they fit what the server reads at once, so that a body that the app does not wait for is there.
    private static readonly byte[] _json = JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, 500));
    private static readonly byte[] _form = Encoding.ASCII.GetBytes($"a=1&b={new string('b', 1500)}&c=%41");

    public static readonly Dictionary<string, BodyDoor> All = new(StringComparer.Ordinal)
    {
        ["Body"] = new("application/octet-stream", _json, LookAtStreamAsync, ReadPartOfStreamAsync, ReadStreamAsync),
        ["BodyReader"] = new("application/octet-stream", _json, LookAtPipeAsync, ReadPartOfPipeAsync, ReadPipeAsync),
        ["JSON"] = new("application/json", _json, LookAtStreamAsync, ReadPartOfJsonAsync, ReadJsonAsync),
        ["form"] = new(
            "application/x-www-form-urlencoded",
            _form,
            LookAtStreamAsync,
            ReadPartOfFormAsync,
            ReadFormAsync
        ),
    };

    public static async Task ReadStreamAsync(HttpContext context)
    {
        var view = AppViews.Of(context);
        var buffer = new byte[777];
        while (await context.Request.Body.ReadAsync(buffer) is var read and > 0)
        {
            view.NoteRead(read);
        }

        view.BodyDone.TrySetResult();
    }

    public static async Task ReadPipeAsync(HttpContext context)
    {
        var view = AppViews.Of(context);
        while (true)
        {
            var result = await context.Request.BodyReader.ReadAsync();
            view.NoteRead(result.Buffer.Length);
            context.Request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                view.BodyDone.TrySetResult();
                return;
            }
        }
    }

    private static async Task LookAtStreamAsync(HttpContext context) =>
        Assert.Equal(0, await context.Request.Body.ReadAsync(Memory<byte>.Empty));

    private static async Task ReadPartOfStreamAsync(HttpContext context) =>
        AppViews
            .Of(context)
            .NoteRead(await context.Request.Body.ReadAtLeastAsync(new byte[Part], Part, throwOnEndOfStream: false));

    private static async Task LookAtPipeAsync(HttpContext context)
    {
        var result = await context.Request.BodyReader.ReadAsync();
        context.Request.BodyReader.AdvanceTo(result.Buffer.Start);
    }

    private static async Task ReadPartOfPipeAsync(HttpContext context)
    {
        var result = await context.Request.BodyReader.ReadAtLeastAsync(Part);
        var taken = Math.Min(Part, result.Buffer.Length);
        AppViews.Of(context).NoteRead(taken);
        context.Request.BodyReader.AdvanceTo(result.Buffer.GetPosition(taken));
    }

    private static async Task ReadPartOfJsonAsync(HttpContext context)
    {
        await foreach (var number in JsonSerializer.DeserializeAsyncEnumerable<int>(context.Request.Body))
        {
            if (number == Part)
            {
                AppViews.Of(context).NoteRead(number);
                return;
            }
        }
    }

    private static async Task ReadJsonAsync(HttpContext context)
    {
        var numbers = await context.Request.ReadFromJsonAsync<int[]>();
        AppViews.Of(context).NoteRead(numbers!.Length);
        AppViews.Of(context).BodyDone.TrySetResult();
    }

    private static async Task ReadFormAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        AppViews.Of(context).NoteRead(form.Count);
        AppViews.Of(context).BodyDone.TrySetResult();
    }

    private static async Task ReadPartOfFormAsync(HttpContext context)
    {
        using var reader = new FormReader(context.Request.Body);
        AppViews.Of(context).NoteRead((await reader.ReadNextPairAsync())?.Value.Length ?? 0);
    }
}
