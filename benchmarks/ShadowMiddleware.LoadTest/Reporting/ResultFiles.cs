using ShadowMiddleware.LoadTest.CommandLine;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>Where the results go.</summary>
internal sealed class ResultFiles
{
    private readonly string _folder;

    private ResultFiles(string folder) => _folder = folder;

    /// <summary>Makes the folder, before anything is measured: that it cannot be made is better known early.</summary>
    public static ResultFiles Open(Arguments arguments)
    {
        // Figures that mean nothing do not replace those that do.
        var folder =
            arguments.Results
            ?? (arguments.Dry ? null : Repository.ResultsFolder)
            ?? Directory.CreateTempSubdirectory("shadow-load-results-").FullName;
        return new ResultFiles(Directory.CreateDirectory(folder).FullName);
    }

    /// <returns>The path of the file.</returns>
    public async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
