using System.Buffers.Text;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ShadowMiddleware.Dispatch;

/// <inheritdoc cref="IProcessorLoad" />
/// <remarks>
/// The larger of two figures over the last fifth of a second: what this process uses of the processors that it may use, which knows the
/// limits of a container, and on Linux what the whole machine uses, which knows the neighbours.
/// </remarks>
internal sealed class ProcessorLoad : IProcessorLoad, IDisposable
{
    private const string MachineFile = "/proc/stat";
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _timeProvider;
    private readonly Func<TimeSpan> _used;
    private readonly double _processors;
    private readonly SafeFileHandle? _machine;
    private Sample _older;
    private Sample _old;
    private Sample _new;
    private double _load;

    public ProcessorLoad(TimeProvider timeProvider)
        : this(
            timeProvider,
            static () => Environment.CpuUsage.TotalTime,
            OperatingSystem.IsLinux() ? MachineFile : null,
            ProcessorQuota.Read(ProcessorQuota.ControlGroup)
        ) { }

    /// <param name="timeProvider">The clock.</param>
    /// <param name="used">What this process has used of the processors since it started.</param>
    /// <param name="machineFile">Where the machine says what it has used; <see langword="null"/> when it does not.</param>
    /// <param name="processors">How many processors the process may use; not a whole number in some containers.</param>
    internal ProcessorLoad(TimeProvider timeProvider, Func<TimeSpan> used, string? machineFile, double processors)
    {
        _processors = processors;
        _timeProvider = timeProvider;
        _used = used;
        _machine = Open(machineFile);
        _older = _old = _new = Take();
    }

    public double Read()
    {
        if (_timeProvider.GetElapsedTime(_new.At) >= SampleTime)
        {
            (_older, _old, _new) = (_old, _new, Take());
            _load = Math.Max(ProcessLoad(), MachineLoad());
        }

        return _load;
    }

    public void Dispose() => _machine?.Dispose();

    private double ProcessLoad() =>
        (_new.Process - _older.Process) / (_timeProvider.GetElapsedTime(_older.At, _new.At) * _processors);

    private double MachineLoad()
    {
        var total = _new.Total - _older.Total;
        return total > 0 ? 1 - ((double)(_new.Idle - _older.Idle) / total) : 0;
    }

    private Sample Take()
    {
        var (total, idle) = ReadMachine();
        return new Sample(_timeProvider.GetTimestamp(), _used(), total, idle);
    }

    private static SafeFileHandle? Open(string? file)
    {
        try
        {
            return file is null ? null : File.OpenHandle(file, share: FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // "cpu  user nice system idle iowait irq softirq steal guest guest_nice", in ticks since the start; a guest's are in user and nice
    // already (proc_stat(5)).
    private (long Total, long Idle) ReadMachine()
    {
        if (_machine is null)
        {
            return default;
        }

        try
        {
            Span<byte> text = stackalloc byte[256];
            text = text[..RandomAccess.Read(_machine, text, fileOffset: 0)];
            text = text["cpu".Length..];
            long total = 0;
            long idle = 0;
            for (var field = 0; field < 8; field++)
            {
                text = text.TrimStart((byte)' ');
                if (!Utf8Parser.TryParse(text, out long ticks, out var read))
                {
                    return default;
                }

                text = text[read..];
                total += ticks;
                idle += field is 3 or 4 ? ticks : 0;
            }

            return (total, idle);
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or ObjectDisposedException
                        or ArgumentOutOfRangeException
            )
        {
            return default;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sample(long At, TimeSpan Process, long Total, long Idle);
}
