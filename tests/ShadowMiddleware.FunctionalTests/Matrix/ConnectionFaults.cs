using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>Faults before a word of HTTP was spoken. They exist in each version.</summary>
internal static class ConnectionFaults
{
    public static IEnumerable<ShadowFault> All => Of(ShadowFault.Http1).Concat(Of(ShadowFault.Http2));

    private static IEnumerable<ShadowFault> Of(string version) =>
        [
            new(
                "refuses connections",
                version,
                () => FaultyShadow.Of(new RefusedPort(), port => port.Address),
                "failed.connect"
            ),
            new(
                "has a name that does not exist",
                version,
                () => FaultyShadow.Of(new RefusedPort(), _ => "http://shadow.invalid"),
                "failed.connect",
                ShadowFault.Timeout
            ),
            new(
                "answers no SYN",
                version,
                () => FaultyShadow.Of(BlackHole.Dig(), hole => hole.Address),
                "failed.connect",
                ShadowFault.Timeout
            ),
            ShadowFault.Raw("accepts and reads nothing", version, ShadowScripts.Hang(), ShadowFault.Timeout),
            ShadowFault.Raw("closes at once", version, ShadowScripts.Close(), Broken(version)),
            ShadowFault.Raw("resets at once", version, ShadowScripts.Reset(), [.. Broken(version), "failed.connect"]),
            ShadowFault.Raw(
                "closes its half at once and reads on",
                version,
                ShadowScripts.HalfClose(),
                Broken(version)
            ),
            ShadowFault.Raw(
                "speaks another protocol before it was asked",
                version,
                ShadowScripts.Speak("SSH-2.0-OpenSSH_9.9\r\n\r\n"),
                [.. Broken(version).Union(["failed.protocol"])]
            ),
        ];

    // The platform's client tells no cause when a connection breaks off before it has written its own part of the HTTP/2 handshake.
    private static string[] Broken(string version) =>
        version == ShadowFault.Http2 ? ["failed.reset", "failed.protocol", "failed.other"] : ["failed.reset"];
}
