namespace ShadowMiddleware.Tests.Documentation;

/// <summary>A file of the repository that follows from the code.</summary>
internal static class GeneratedFile
{
    /// <summary>Fails when a file is not what follows from the code, and writes it anew, so that its diff can be looked at and committed.</summary>
    /// <param name="path">The file, from the root of the repository.</param>
    /// <param name="expected">What it should hold.</param>
    public static void AssertUpToDate(string path, string expected)
    {
        var file = Repository.PathOf(path);
        if (File.Exists(file) && Repository.Read(path) == expected)
        {
            return;
        }

        File.WriteAllText(file, expected);
        Assert.Fail(
            $"{path} was not what follows from the code. It has been written anew: look at its diff and commit it."
        );
    }
}
