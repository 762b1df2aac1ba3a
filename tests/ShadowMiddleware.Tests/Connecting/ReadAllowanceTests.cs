using ShadowMiddleware.Connecting;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class ReadAllowanceTests
{
    private const int Frames = 16 * 1024;

    private readonly ReadAllowance _allowance = new();

    [Fact]
    public void Read_OfWhatNobodyAskedFor_UsesItUp()
    {
        var reads = ReadUntilUsedUp();

        Assert.Equal(ReadAllowance.Max / (Frames + ReadAllowance.PerRead) + 1, reads);
    }

    [Fact]
    public void Read_OfSingleBytes_UsesItUpToo()
    {
        var reads = 0;
        for (; !_allowance.IsUsedUp; reads++)
        {
            _allowance.Read(1);
        }

        Assert.InRange(reads, 1, ReadAllowance.Max / ReadAllowance.PerRead);
    }

    [Fact]
    public void Receive_OfWhatCopiesAskFor_KeepsIt()
    {
        for (var copy = 0; copy < 10_000; copy++)
        {
            _allowance.BeginCopy();
            _allowance.Read(Frames + (Frames / 16));
            _allowance.Receive(Frames);
            Assert.False(_allowance.IsUsedUp);
        }
    }

    [Fact]
    public void BeginCopy_WhenItIsUsedUp_BringsALittle()
    {
        ReadUntilUsedUp();

        _allowance.BeginCopy();

        Assert.False(_allowance.IsUsedUp);
        Assert.InRange(ReadUntilUsedUp(), 1, ReadAllowance.PerCopy / Frames + 1);
    }

    // Over HTTP/2 as much of each may be under way as the client's window lets the shadow send.
    [Fact]
    public void CutOff_OfOverLongResponses_AllowsTheRestOfEachToArrive()
    {
        const int Copies = 8;
        for (var copy = 0; copy < Copies; copy++)
        {
            _allowance.CutOff();
        }

        _allowance.BeginCopy();
        var reads = ReadUntilUsedUp();

        Assert.Equal((Copies + 1) * ReadAllowance.Max / (Frames + ReadAllowance.PerRead) + 1, reads);
    }

    [Fact]
    public void CutOff_OfMany_SavesUpNoMoreThanMayBeUnderWay()
    {
        for (var copy = 0; copy < 1_000; copy++)
        {
            _allowance.CutOff();
        }

        Assert.Equal(ReadAllowance.MaxAfterCutOff / (Frames + ReadAllowance.PerRead) + 1, ReadUntilUsedUp());
    }

    [Fact]
    public void BeginCopy_OfMany_SavesUpNoMoreThanTheMost()
    {
        for (var copy = 0; copy < 1_000; copy++)
        {
            _allowance.BeginCopy();
        }

        Assert.Equal(ReadAllowance.Max / (Frames + ReadAllowance.PerRead) + 1, ReadUntilUsedUp());
    }

    private int ReadUntilUsedUp()
    {
        var reads = 0;
        for (; !_allowance.IsUsedUp; reads++)
        {
            _allowance.Read(Frames);
        }

        return reads;
    }
}
