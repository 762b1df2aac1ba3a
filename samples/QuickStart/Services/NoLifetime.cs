using Microsoft.Extensions.Hosting;

namespace QuickStart.Services;

/// <summary>Leaves Ctrl+C to the demonstration, which stops its services when the last copy has arrived.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
