using System.Text;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>A case for people.</summary>
internal static class Script
{
    public static string Describe(FuzzCase fuzzCase)
    {
        var text = new StringBuilder();
        foreach (var step in fuzzCase.Steps)
        {
            text.Append("---- ").Append(step.Kind).Append('\n');
            if (step.Kind == StepKind.Send)
            {
                text.Append(Escaped.Text(step.Bytes)).Append('\n');
                if (fuzzCase.IsHttp2)
                {
                    text.Append(Frame.Describe(step.Bytes));
                }
            }
        }

        return text.ToString();
    }
}
