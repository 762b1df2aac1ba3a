using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>A JSON document in memory that can be replaced, as a watched file is.</summary>
internal sealed class ReloadableConfiguration : IConfigurationSource
{
    private readonly Provider _provider = new();

    public ReloadableConfiguration(string document)
    {
        _provider.Read(document);
        Root = new ConfigurationBuilder().Add(this).Build();
    }

    public IConfigurationRoot Root { get; }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => _provider;

    public void Change(string document)
    {
        _provider.Read(document);
        _provider.Signal();
    }

    private sealed class Provider : ConfigurationProvider
    {
        public void Read(string document)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(document));
            var parser = new Parser();
            parser.Load(stream);
            Data = parser.Parsed;
        }

        public void Signal() => OnReload();
    }

    private sealed class Parser() : JsonStreamConfigurationProvider(new JsonStreamConfigurationSource())
    {
        public IDictionary<string, string?> Parsed => Data;
    }
}
