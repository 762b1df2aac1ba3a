using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Background;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Background workers that all tests share which are about something else.</summary>
internal static class TestWorkers
{
    public static BackgroundWorkers Shared { get; } =
        new(NullLogger<BackgroundWorkers>.Instance, TimeProvider.System, count: 2);
}
