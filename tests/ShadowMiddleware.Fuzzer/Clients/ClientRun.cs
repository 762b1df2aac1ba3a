using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>One case, carried out once against one app.</summary>
internal sealed record ClientRun(ClientView View, ConnectionLog Log);
