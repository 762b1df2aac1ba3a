namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>
/// What NGINX is told: a worker for each processor, connections that are kept on every side, no log, and nothing outside of its folder,
/// so that an ordinary user can run it.
/// </summary>
internal static class NginxConfiguration
{
    public static string Write(NginxSettings settings, string folder, int port) =>
        $$"""
            {{(Environment.IsPrivilegedProcess ? $"user {Environment.UserName};" : "")}}
            daemon off;
            worker_processes {{Environment.ProcessorCount}};
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log warn;
            events { worker_connections 4096; }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                keepalive_requests 1000000000;
                keepalive_timeout 1h;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                upstream primary { server {{settings.Primary}}; {{KeepAlive}} }
                {{(settings.Shadow is { } shadow ? $"upstream shadow {{ server {shadow}; {KeepAlive} }}" : "")}}
                server {
                    listen 127.0.0.1:{{port}} reuseport;
                    location / {
                        {{(settings.Shadow is null ? "" : "mirror /mirror; mirror_request_body on;")}}
                        proxy_pass http://primary;
                    }
                    {{(
                settings.Shadow is null ? "" : "location = /mirror { internal; proxy_pass http://shadow$request_uri; }"
            )}}
                }
            }
            """;

    private const string KeepAlive = "keepalive 64; keepalive_requests 1000000000; keepalive_timeout 1h;";
}
