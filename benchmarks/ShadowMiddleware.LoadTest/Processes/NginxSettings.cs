namespace ShadowMiddleware.LoadTest.Processes;

/// <param name="Program">The path of NGINX itself.</param>
/// <param name="Primary">Host and port of the app.</param>
/// <param name="Shadow">Host and port of the shadow; <see langword="null"/>: NGINX is a proxy and mirrors nothing.</param>
internal sealed record NginxSettings(string Program, string Primary, string? Shadow);
