using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using ShadowMiddleware.Benchmarks;

namespace ShadowMiddleware.Tests.Benchmarks;

/// <summary>Each benchmark runs once, so that it cannot rot. The cleanups check that what was measured is what the benchmark says.</summary>
public sealed class BenchmarkTests
{
    private static readonly Dictionary<(string Name, string Parameters), BenchmarkCase> Cases = BenchmarkClasses()
        .SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases)
        .ToDictionary(benchmark => (Name(benchmark), Parameters(benchmark)));

    public static TheoryData<string, string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Benchmark_RunOnce_Succeeds(string name, string parameters)
    {
        var benchmark = Cases[(name, parameters)];
        var instance = Activator.CreateInstance(benchmark.Descriptor.Type)!;
        foreach (var parameter in benchmark.Parameters.Items)
        {
            benchmark.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        await Run(instance, benchmark.Descriptor.GlobalSetupMethod);
        try
        {
            await Run(instance, benchmark.Descriptor.WorkloadMethod);
        }
        finally
        {
            await Run(instance, benchmark.Descriptor.GlobalCleanupMethod);
        }
    }

    [Fact]
    public void Benchmarks_OfTheProject_AreAllRun()
    {
        var written = BenchmarkClasses().SelectMany(BenchmarkMethods).ToList();
        var run = Cases.Values.Select(benchmark => benchmark.Descriptor.WorkloadMethod).Distinct().ToList();

        Assert.NotEmpty(written);
        Assert.Equal(written.Count, run.Count);
    }

    private static IEnumerable<Type> BenchmarkClasses() =>
        typeof(RequestWithoutBodyBenchmarks).Assembly.GetTypes().Where(type => BenchmarkMethods(type).Any());

    // Those that nobody can run, being private or static, too: they would be benchmarks in name only.
    private static IEnumerable<MethodInfo> BenchmarkMethods(Type type) =>
        type.GetMethods(
                BindingFlags.Instance
                    | BindingFlags.Static
                    | BindingFlags.Public
                    | BindingFlags.NonPublic
                    | BindingFlags.DeclaredOnly
            )
            .Where(method => method.IsDefined(typeof(BenchmarkAttribute), inherit: false));

    private static string Name(BenchmarkCase benchmark) =>
        $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}";

    private static string Parameters(BenchmarkCase benchmark) =>
        string.Join(", ", benchmark.Parameters.Items.Select(parameter => $"{parameter.Name}={parameter.Value}"));

    private static async Task Run(object instance, MethodInfo? method)
    {
        var result = method?.Invoke(
            instance,
            BindingFlags.DoNotWrapExceptions,
            binder: null,
            parameters: null,
            culture: null
        );
        switch (result)
        {
            case Task task:
                await task;
                break;
            case ValueTask task:
                await task;
                break;
        }
    }
}
