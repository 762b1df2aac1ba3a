namespace ShadowMiddleware.Dispatch;

/// <summary>
/// Decides how many copies the app can bear. No figure of the machine alone tells (docs/decisions/0020): a processor that is fully busy may have
/// time for every copy, or for none. So, while the processors are busy, it holds the copies back for some milliseconds, a few times a second,
/// and compares: if the app answers more requests in these moments than in those around them, copies cost users something, and give way.
/// </summary>
/// <remarks>Told the state of things every few milliseconds, by one caller at a time. Knows neither clock nor processor nor queue.</remarks>
internal sealed class PressureController
{
    internal static readonly TimeSpan RunTime = TimeSpan.FromMilliseconds(300);
    internal static readonly TimeSpan ShortRunTime = TimeSpan.FromMilliseconds(60);
    internal static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(5);
    internal static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(15);

    /// <summary>How long it may look at few requests, held back or let in.</summary>
    internal static readonly TimeSpan LongestLook = 4 * QuietTime;

    /// <summary>After the first trial that went badly; twice as long after each further one, up to <see cref="MostDoublings"/> times.</summary>
    internal static readonly TimeSpan TimeBetweenTrials = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan TimeAfterGoodTrial = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan LimitTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often the time to the next look doubles while looks find nothing: from a third of a second to five. What was held back leaves in a burst, which the slowest
    /// requests feel; looked for three times a second, they are more than one in a hundred.
    /// </summary>
    internal const int MostDoublings = 4;

    /// <summary>Below this the machine has time to spare, and copies come back.</summary>
    internal const double SpareLoad = 0.80;

    /// <summary>From this on it may be that copies take time from the app.</summary>
    internal const double BusyLoad = 0.85;

    // A cumulative sum (Page 1954) of how many times faster the app was without copies, in logarithms. Up to a third faster is no evidence, and one
    // comparison is never enough: an app that works off what has waited during a collection, say, looks the same.
    private const double Explained = 0.3;
    private const double MostOfOne = 0.8;
    private const double Enough = 0.95;
    private const double Suspicion = 0.3;
    private const int HarmlessComparisons = 3;

    // Small harm that lasts shows in how often the app was faster, and not in how much: a sum of signs, which no single moment can outvote. Chance
    // alone takes hours to get that far.
    private const double SmallHarm = 0.03;
    private const double NotFaster = 1.5;
    private const double FasterTooOften = 15;

    // How much of the app's speed has to be left for a trial to count as good.
    private const double GoodTrial = 0.95;
    private const int GoodTrialsNeeded = 3;

    // Other traffic than what the looks were at: what they have found out no longer holds.
    private const double OtherTraffic = 1.25;

    // Between trials runs are short, and one of them works off what a trial has left in the queues.
    private const int OtherRunsBetweenTrials = 3;

    // Signs of small harm that chance alone brings along.
    private const double FewSigns = 2;

    // A rate made of fewer requests says nothing.
    private const int FewestRequests = 30;

    private const double FullQueue = 0.75;
    private const double RoomyQueue = 0.5;
    private const double FirstShare = 0.1;
    private const double ShareGrowth = 3;
    private const double SameRate = 0.7;

    private int _harmless;
    private int _calm;
    private int _runs;
    private double _knownRate;
    private int _otherRuns;
    private double _fasterTooOften;
    private TimeSpan _phaseBegan;
    private RateMeter _meter;
    private double _fillAtPause;
    private double _rateBefore;
    private double? _quietRate;
    private long _quietRequests;
    private double _quietSeconds;
    private double _limit;
    private double _limitRate;
    private TimeSpan _limitUntil;
    private TimeSpan _nextTrial;
    private int _goodTrials;
    private int _badTrials;

    public PressurePhase Phase { get; private set; }

    /// <summary>Whether copies are to wait in their queues.</summary>
    public bool HoldsBack => Phase is PressurePhase.Settling or PressurePhase.Quiet;

    /// <summary>The share of the requests whose copies are let in, 0 to 1.</summary>
    public double Share => Phase is PressurePhase.TrialSettling or PressurePhase.Trial ? 1 : LastingShare;

    /// <summary>The evidence that copies do harm, from 0 on.</summary>
    internal double Evidence { get; private set; }

    /// <summary>The share apart from trials.</summary>
    internal double LastingShare { get; private set; } = 1;

    /// <summary>Forgets everything: no copy gives way.</summary>
    public void Reset(in PressureObservation now)
    {
        // The limit and the trials are of the time after copies have given way, and begin anew with it.
        LastingShare = 1;
        ForgetEvidence();
        ForgetQuiet();
        _fasterTooOften = 0;
        _rateBefore = 0;
        _calm = 0;
        Enter(PressurePhase.Running, now);
    }

    public void Step(in PressureObservation now)
    {
        switch (Phase)
        {
            case PressurePhase.Running:
                Run(now);
                break;
            case PressurePhase.Settling:
                if (HasLasted(SettleTime, now))
                {
                    Enter(PressurePhase.Quiet, now);
                }
                else if (IsFillingUp(now))
                {
                    Enter(PressurePhase.Running, now);
                }

                break;
            case PressurePhase.Quiet:
                if (HasSeenEnough(now) || IsFillingUp(now))
                {
                    EndQuiet(now);
                    Enter(PressurePhase.Running, now);
                }

                break;
            case PressurePhase.TrialSettling:
                if (HasLasted(SettleTime, now))
                {
                    Enter(PressurePhase.Trial, now);
                }

                break;
            default:
                if (HasSeenEnough(now))
                {
                    EndTrial(now);
                }

                break;
        }
    }

    private void Run(in PressureObservation now)
    {
        // What was held back leaves in a burst, which is no ordinary moment.
        if (!_meter.HasBegun)
        {
            if (HasLasted(SettleTime, now))
            {
                _meter.Begin(now);
            }

            return;
        }

        // Not since the phase began: when nobody has watched for a while, that is long ago.
        if (_meter.Time(now) < CurrentRunTime)
        {
            return;
        }

        var rate = _meter.Rate(now);
        Compare(rate);
        _rateBefore = rate;
        Recognise(rate, now);
        Decide(now);
        Enter(NextPhase(now), now);
    }

    // Where requests are few, several moments make one rate.
    private void EndQuiet(in PressureObservation now)
    {
        _quietRequests += _meter.Count(now);
        _quietSeconds += _meter.Time(now).TotalSeconds;
        if (_quietRequests >= FewestRequests)
        {
            _quietRate = _quietRequests / _quietSeconds;
            ForgetQuiet();
        }
    }

    // With the moments before and after, so that traffic that only grows is not taken for the effect of a pause.
    private void Compare(double rateAfter)
    {
        if (_quietRate is not { } quiet || _rateBefore <= 0)
        {
            return;
        }

        var faster = Math.Log(quiet * 2 / (_rateBefore + rateAfter));
        Evidence = Math.Max(0, Evidence + Math.Min(faster, MostOfOne) - Explained);
        _harmless = Evidence == 0 ? _harmless + 1 : 0;
        _fasterTooOften = Math.Max(0, _fasterTooOften + (faster > SmallHarm ? 1 : -NotFaster));
        _calm = Evidence == 0 && _fasterTooOften <= FewSigns ? Math.Min(_calm + 1, MostDoublings) : 0;
    }

    // Traffic that changes, or a machine that has had time to spare, is looked at anew.
    private void Recognise(double rate, in PressureObservation now)
    {
        if (now.ProcessorLoad < SpareLoad)
        {
            _calm = 0;
        }

        _otherRuns = rate > _knownRate * OtherTraffic || rate < _knownRate / OtherTraffic ? _otherRuns + 1 : 0;
        if (_otherRuns < (LastingShare > 0 ? 1 : OtherRunsBetweenTrials))
        {
            return;
        }

        _otherRuns = 0;
        _knownRate = rate;
        _calm = 0;
        if (_badTrials > 0)
        {
            _badTrials = 0;
            _nextTrial = now.At;
        }
    }

    private void Decide(in PressureObservation now)
    {
        if (Evidence >= Enough || _fasterTooOften >= FasterTooOften)
        {
            GiveWay(now);
        }
        else if (LastingShare < 1 && (now.ProcessorLoad < SpareLoad || _harmless >= HarmlessComparisons))
        {
            LastingShare = Math.Min(Limit(now), Math.Max(FirstShare, LastingShare * ShareGrowth));
            ForgetEvidence();
        }
        else if (now.ProcessorLoad < BusyLoad)
        {
            ForgetEvidence();
        }
    }

    private void GiveWay(in PressureObservation now)
    {
        // Where a share has just been too much, half of it is the most for a while. Or else the same traffic would be hurt again at once.
        _limit = LastingShare / 2;
        _limitRate = _quietRate ?? _rateBefore;
        _limitUntil = now.At + LimitTime;
        LastingShare = 0;
        ForgetEvidence();
        _fasterTooOften = 0;
        _goodTrials = 0;
        _badTrials = 0;
        _calm = 0;
        _nextTrial = now.At + TimeBetweenTrials;
    }

    private void ForgetEvidence()
    {
        Evidence = 0;
        _harmless = 0;
    }

    private void ForgetQuiet()
    {
        _quietRequests = 0;
        _quietSeconds = 0;
    }

    private double Limit(in PressureObservation now)
    {
        if (now.At >= _limitUntil || _rateBefore < SameRate * _limitRate)
        {
            _limit = 1;
        }

        return _limit;
    }

    private PressurePhase NextPhase(in PressureObservation now)
    {
        _quietRate = null;
        if (LastingShare > 0)
        {
            var isTime = ++_runs >= 1 << _calm || LastingShare < 1;
            return isTime && now.ProcessorLoad >= BusyLoad ? PressurePhase.Settling : PressurePhase.Running;
        }

        return now.At >= _nextTrial ? PressurePhase.TrialSettling : PressurePhase.Running;
    }

    // Busy processors may be busy with something else: now and then the copies may show that they cost the app nothing any more.
    private void EndTrial(in PressureObservation now)
    {
        var isGood = _meter.Rate(now) >= GoodTrial * _rateBefore;
        _goodTrials = isGood ? _goodTrials + 1 : 0;
        _badTrials = isGood ? 0 : Math.Min(_badTrials + 1, MostDoublings);
        _nextTrial = now.At + (isGood ? TimeAfterGoodTrial : TimeBetweenTrials * (1 << (_badTrials - 1)));
        if (_goodTrials >= GoodTrialsNeeded)
        {
            LastingShare = 1;
        }

        Enter(PressurePhase.Running, now);
    }

    private void Enter(PressurePhase phase, in PressureObservation now)
    {
        if (phase == PressurePhase.Settling)
        {
            _fillAtPause = now.QueueFill;
            _runs = 0;
        }

        Phase = phase;
        _phaseBegan = now.At;
        _meter = default;
        if (phase is PressurePhase.Quiet or PressurePhase.Trial)
        {
            _meter.Begin(now);
        }
    }

    // Short when there is something to find out: at the start, when copies may do harm, and when they may come back.
    private TimeSpan CurrentRunTime =>
        _rateBefore == 0 || Evidence >= Suspicion || LastingShare < 1 ? ShortRunTime : RunTime;

    private bool HasSeenEnough(in PressureObservation now) =>
        HasLasted(QuietTime, now) && (_meter.Count(now) >= FewestRequests || HasLasted(LongestLook, now));

    private bool HasLasted(TimeSpan time, in PressureObservation now) => now.At - _phaseBegan >= time;

    // A pause loses no copy. Where the queues are full without it, it makes no difference.
    private bool IsFillingUp(in PressureObservation now) => now.QueueFill >= FullQueue && _fillAtPause < RoomyQueue;

    /// <summary>Counts requests over a time.</summary>
    private struct RateMeter
    {
        private TimeSpan _began;
        private long _requests;

        public bool HasBegun { get; private set; }

        public void Begin(in PressureObservation now)
        {
            HasBegun = true;
            _began = now.At;
            _requests = now.Requests;
        }

        public readonly TimeSpan Time(in PressureObservation now) => now.At - _began;

        // A shadow that a reload takes away takes its count along.
        public readonly long Count(in PressureObservation now) => Math.Max(now.Requests - _requests, 0);

        /// <summary>Requests a second.</summary>
        public readonly double Rate(in PressureObservation now) =>
            Count(now) / Math.Max(Time(now).TotalSeconds, double.Epsilon);
    }
}
