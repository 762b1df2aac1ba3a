using System.Runtime.CompilerServices;

namespace ShadowMiddleware.Pooling;

/// <summary>What an asynchronous method returns that nobody waits for. Its state is used again as soon as it has ended.</summary>
[AsyncMethodBuilder(typeof(UnawaitedMethodBuilder))]
internal readonly struct Unawaited;
