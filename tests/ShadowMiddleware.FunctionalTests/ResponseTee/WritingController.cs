using Microsoft.AspNetCore.Mvc;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>Results of MVC.</summary>
public sealed class WritingController : ControllerBase
{
    [HttpGet("/mvc-object")]
    public Order GetObject() => SampleApp.NewOrder(20_000);

    [HttpGet("/mvc-content")]
    public IActionResult GetContent() => Content(new string('c', 10_000));

    [HttpGet("/mvc-stream")]
    public IActionResult GetStream() => File(new MemoryStream(new byte[30_000]), "application/octet-stream");

    [HttpGet("/mvc-file")]
    public IActionResult GetFile() =>
        PhysicalFile(
            typeof(WritingController).Assembly.Location,
            "application/octet-stream",
            enableRangeProcessing: true
        );
}
