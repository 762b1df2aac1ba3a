using ShadowMiddleware.LoadTest.Faults;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>What a process that this one has started is there for: the first of its arguments. The second are its settings, as JSON.</summary>
internal static class Role
{
    public const string App = "serve-app";
    public const string Shadow = "serve-shadow";
    public const string IsolatedApp = "serve-isolated-app";
    public const string FaultyShadow = "serve-faulty-shadow";
    public const string Uploader = "serve-uploader";
    public const string Sender = "serve-sender";
    public const string Nginx = "serve-nginx";

    /// <summary>Plays the role.</summary>
    /// <returns><see langword="false"/> when the arguments name none.</returns>
    public static async Task<bool> TryRunAsync(string[] args)
    {
        if (args is not [var role, var settings])
        {
            return false;
        }

        switch (role)
        {
            case App:
                await ServedApp.RunAsync(Wire.Read<AppSettings>(settings));
                return true;
            case Shadow:
                await ServedShadow.RunAsync(Wire.Read<ShadowSettings>(settings));
                return true;
            case IsolatedApp:
                await ServedIsolatedApp.RunAsync(Wire.Read<IsolatedAppSettings>(settings));
                return true;
            case FaultyShadow:
                await ServedFaultyShadow.RunAsync(Wire.Read<FaultyShadowSettings>(settings));
                return true;
            case Uploader:
                await ServedUploader.RunAsync(Wire.Read<UploaderSettings>(settings));
                return true;
            case Sender:
                await ServedSender.RunAsync(Wire.Read<SenderSettings>(settings));
                return true;
            case Nginx:
                await ServedNginx.RunAsync(Wire.Read<NginxSettings>(settings));
                return true;
            default:
                return false;
        }
    }
}
