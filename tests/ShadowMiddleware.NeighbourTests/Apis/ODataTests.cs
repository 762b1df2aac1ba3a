using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OData;
using Microsoft.AspNetCore.OData.Batch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OData.ModelBuilder;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Apis;

/// <summary>OData: queries, and batches, which run the rest of the pipeline once for each of their parts.</summary>
public sealed partial class ODataTests : NeighbourTest
{
    private const string Json = """
        {"requests":[
          {"id":"1","method":"GET","url":"/odata/Articles(7)"},
          {"id":"2","method":"POST","url":"/odata/Articles","headers":{"content-type":"application/json"},"body":{"Id":8,"Name":"ä"}},
          {"id":"3","method":"GET","url":"/odata/Articles(404)"}
        ]}
        """;

    private static readonly string Multipart = """
        --b
        Content-Type: application/http
        Content-Transfer-Encoding: binary

        GET /odata/Articles(7) HTTP/1.1
        Host: primary.example


        --b
        Content-Type: multipart/mixed; boundary=c

        --c
        Content-Type: application/http
        Content-Transfer-Encoding: binary
        Content-ID: 1

        POST /odata/Articles HTTP/1.1
        Host: primary.example
        Content-Type: application/json

        {"Id":8,"Name":"x"}
        --c--

        --b--

        """.ReplaceLineEndings("\r\n");

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Queries_AreAnsweredTheSameAndCopied(Wire wire)
    {
        await using var twins = await StartAsync(Place.BehindTheMirror);

        var some = await twins.AskAndCopyAsync(
            wire,
            WireRequest.Get("/odata/Articles?$filter=Id%20gt%201&$select=Name&$orderby=Id%20desc&$count=true"),
            Token
        );
        var created = await twins.AskAndCopyAsync(
            wire,
            WireRequest.PostJson("/odata/Articles", """{"Id":8,"Name":"x"}"""),
            Token
        );

        Assert.Equal((200, 201), (some.Status, created.Status));
        await twins.AssertSettledAsync("seen 2, completed.2xx 2", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Batch_BehindTheMirror_IsAnsweredTheSameAndCopiedAsOne(Wire wire)
    {
        await using var twins = await StartAsync(Place.BehindTheMirror);

        foreach (var request in Batches())
        {
            var answer = await twins.AskAndCopyAsync(wire, request, Token);
            Assert.Contains("Article 7", answer.BodyText, StringComparison.Ordinal);
        }

        await twins.AssertSettledAsync("seen 2, completed.2xx 2", Token);
    }

    // Each part is a request of its own here. Those without a body say that they may have one, as the batch has one, and nobody reads
    // it: that none is missing cannot be known.
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Batch_InFrontOfTheMirror_IsAnsweredTheSameAndItsPartsAreCounted(Wire wire)
    {
        await using var twins = await StartAsync(Place.InFrontOfTheMirror);

        foreach (var request in Batches())
        {
            var answer = await twins.AskBothAsync(wire, request, Token);
            Assert.Contains("Article 7", answer.BodyText, StringComparison.Ordinal);

            var copy = await twins.TakeCopyAsync(Token);
            Assert.Equal(("POST", "/odata/Articles"), (copy.Method, copy.Target));
            Assert.Equal(8, JsonNode.Parse(copy.Body)!["Id"]!.GetValue<int>());
        }

        await twins.AssertSettledAsync("seen 5, dropped.body_incomplete 3, completed.2xx 2", Token);
    }

    private static WireRequest[] Batches() =>
        [
            WireRequest.PostJson("/odata/$batch", Json, "Accept: application/json"),
            WireRequest.Post("/odata/$batch", "multipart/mixed; boundary=b", Encoding.UTF8.GetBytes(Multipart)),
        ];

    private Task<AppTwins> StartAsync(Place place) =>
        new AppTwins
        {
            Configure = builder =>
            {
                var model = new ODataConventionModelBuilder();
                model.EntitySet<Article>("Articles");
                OnlyController.Use<ArticlesController>(
                    builder
                        .Services.AddControllers()
                        .AddOData(odata =>
                            odata
                                .Select()
                                .Filter()
                                .OrderBy()
                                .Count()
                                .AddRouteComponents("odata", model.GetEdmModel(), new DefaultODataBatchHandler())
                        )
                );
            },
            Front = app => UseIf(app, place == Place.InFrontOfTheMirror),
            App = app =>
            {
                UseIf(app, place == Place.BehindTheMirror);
                app.UseRouting();
                app.MapControllers();
            },
            Normalise = text => OwnToRun().Replace(text, "-"),
        }.StartAsync(Token);

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseODataBatching();
        }
    }

    // The boundaries of a batch's parts, and addresses of the app within bodies.
    [GeneratedRegex("(batchresponse|changesetresponse)_[0-9a-f-]+|http://127.0.0.1:[0-9]+")]
    private static partial Regex OwnToRun();
}
