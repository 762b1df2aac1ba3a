using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Hosting;

/// <summary>
/// Makes the options of the app's HTTP clients as the platform does, but those of a shadow's client without what the app gives to all
/// of its clients. A retry would repeat writes, a header falsify a copy, a credential leave the house; and which of the actions in
/// the finished options came from where, nobody can tell.
/// </summary>
internal sealed class ShadowClientOptionsFactory : IOptionsFactory<HttpClientFactoryOptions>
{
    private readonly OptionsFactory<HttpClientFactoryOptions> _all;
    private readonly OptionsFactory<HttpClientFactoryOptions> _shadows;

    public ShadowClientOptionsFactory(
        IEnumerable<IConfigureOptions<HttpClientFactoryOptions>> setups,
        IEnumerable<IPostConfigureOptions<HttpClientFactoryOptions>> postSetups,
        IEnumerable<IValidateOptions<HttpClientFactoryOptions>> validations
    )
    {
        _all = new(setups, postSetups, validations);

        // No name means all names. ConfigureHttpClientDefaults is of this kind too.
        _shadows = new(
            setups.Where(static setup => setup is not ConfigureNamedOptions<HttpClientFactoryOptions> { Name: null }),
            postSetups.Where(static setup =>
                setup is not PostConfigureOptions<HttpClientFactoryOptions> { Name: null }
            ),
            validations
        );
    }

    public HttpClientFactoryOptions Create(string name) =>
        (ShadowClientNames.IsShadow(name) ? _shadows : _all).Create(name);
}
