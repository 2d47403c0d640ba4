namespace Tandem.Net.Interop.Uring;

/// <summary>One io_uring instance: requests are written into its memory, answers read out of it. The thread that makes it uses it alone.</summary>
internal sealed unsafe class UringRing : IDisposable
{
    public const string TooOld = "this kernel's io_uring is too old";

    private const int ReadWrite = 3, SharedPopulated = 0x8001;    // PROT_READ | PROT_WRITE; MAP_SHARED | MAP_POPULATE
    private const uint NeededFeatures =
        UringFlags.FeatureSingleMap | UringFlags.FeatureNoDrop | UringFlags.FeatureExtendedArgument | UringFlags.FeatureSkipCompletion;

    private readonly FileDescriptor _descriptor;
    private readonly nuint _ringLength;
    private readonly nuint _entriesLength;
    private byte* _ring;
    private SubmissionEntry* _entries;
    private uint* _submissionTail, _submissionFlags, _completionHead, _completionTail;
    private CompletionEntry* _completions;
    private readonly uint _submissionMask, _completionMask;
    private uint _tail;        // requests written
    private uint _submitted;   // requests that the kernel has taken

    private UringRing(FileDescriptor descriptor, in RingParameters parameters)
    {
        _descriptor = descriptor;
        _submissionMask = parameters.SubmissionEntries - 1;
        _completionMask = parameters.CompletionEntries - 1;
        CompletionCapacity = (int)parameters.CompletionEntries;
        _ringLength = Math.Max(parameters.SubmissionArray + (parameters.SubmissionEntries * sizeof(uint)),
            parameters.Completions + (parameters.CompletionEntries * (uint)sizeof(CompletionEntry)));
        _entriesLength = parameters.SubmissionEntries * (uint)sizeof(SubmissionEntry);
    }

    public int SubmissionCapacity => (int)_submissionMask + 1;

    public int CompletionCapacity { get; }

    /// <summary>Requests written and not yet taken by the kernel.</summary>
    public int Pending => (int)unchecked(_tail - _submitted);

    /// <summary>The kernel holds answers back until it is entered.</summary>
    public bool NeedsEnter => (Volatile.Read(ref *_submissionFlags) & (UringFlags.TaskRun | UringFlags.CompletionsOverflown)) != 0;

    public bool HasCompletions => *_completionHead != Volatile.Read(ref *_completionTail);

    /// <summary>Makes a ring, with what this kernel has of: answers only when asked for, one thread, no interruption by answers.</summary>
    /// <param name="submissions">Requests that can wait to be submitted.</param>
    /// <param name="completions">Answers that can wait to be read.</param>
    /// <param name="setup">io_uring_setup, or what stands for it.</param>
    /// <param name="refusal">With null: why not, in words.</param>
    public static UringRing? TryOpen(uint submissions, uint completions, UringSetup setup, out string refusal)
    {
        const uint Always = UringFlags.SetupCompletionSize | UringFlags.SetupClamp;
        ReadOnlySpan<uint> wishes =
        [
            UringFlags.SetupSubmitAll | UringFlags.SetupSingleIssuer | UringFlags.SetupDeferTaskRun | UringFlags.SetupTaskRunFlag,
            UringFlags.SetupSubmitAll | UringFlags.SetupCooperativeTaskRun | UringFlags.SetupTaskRunFlag,
        ];
        refusal = "";
        foreach (uint wish in wishes)
        {
            RingParameters parameters = default;
            parameters.Flags = Always | wish;
            parameters.CompletionEntries = completions;
            int descriptor = setup(submissions, &parameters);
            if (descriptor >= 0) return Map(new FileDescriptor(descriptor), parameters, out refusal);
            refusal = Explain(Libc.LastError);
            if (Libc.LastError != Errno.Invalid) break;    // an unknown flag is EINVAL; anything else will not change
        }
        return null;
    }

    /// <summary>A cleared request to fill in; null: the ring is full until <see cref="Submit"/> succeeds.</summary>
    /// <param name="index">Its place, its own until it is submitted.</param>
    public SubmissionEntry* TryNext(out int index)
    {
        index = (int)(_tail & _submissionMask);
        if (Pending > _submissionMask) return null;
        _tail = unchecked(_tail + 1);
        SubmissionEntry* entry = _entries + index;
        *entry = default;
        return entry;
    }

    /// <summary>Gives the kernel what is pending, reads nothing, waits for nothing.</summary>
    /// <returns>Requests taken, in order; less than <see cref="Pending"/> were: the kernel lacks something, try again later.</returns>
    public int Submit() => Pending == 0 ? 0 : Enter(0, 0, null, 0);

    /// <summary>The same, and lets the kernel post the answers that it holds back.</summary>
    public int SubmitAndCollect() => Enter(0, UringFlags.EnterGetEvents, null, 0);

    /// <summary>The same, and sleeps until so many answers are there, a signal, or the time-out; null: no timer.</summary>
    public int SubmitAndWait(int answers, TimeSpan? timeout)
    {
        TimeSpec time = default;
        var argument = new WaitArgument();
        if (timeout is { } t)
        {
            time = TimeSpec.FromNanoseconds(Math.Max(0, t.Ticks) * TimeSpan.NanosecondsPerTick);
            argument.Timeout = &time;
        }
        return Enter((uint)answers, UringFlags.EnterGetEvents | UringFlags.EnterExtendedArgument, &argument, (nuint)sizeof(WaitArgument));
    }

    /// <summary>The oldest answer, for good.</summary>
    public bool TryTake(out CompletionEntry completion)
    {
        uint head = *_completionHead;
        if (head == Volatile.Read(ref *_completionTail))
        {
            completion = default;
            return false;
        }
        completion = _completions[head & _completionMask];
        Volatile.Write(ref *_completionHead, unchecked(head + 1));
        return true;
    }

    /// <returns>Not negative, or −1 with errno set.</returns>
    public int Register(uint operation, void* argument, uint count) => UringCalls.Register(_descriptor.Number, operation, argument, count);

    /// <summary>Whether the kernel knows all of these operations.</summary>
    public bool Supports(ReadOnlySpan<byte> operations)
    {
        const int Count = 64, HeaderLength = 16, EntryLength = 8, FlagsOffset = 2;
        byte* probe = stackalloc byte[HeaderLength + (Count * EntryLength)];
        new Span<byte>(probe, HeaderLength + (Count * EntryLength)).Clear();
        if (Register(UringRegistrations.Probe, probe, Count) < 0) return false;
        foreach (byte operation in operations)
        {
            if ((*(ushort*)(probe + HeaderLength + (operation * EntryLength) + FlagsOffset) & UringFlags.OperationSupported) == 0) return false;
        }
        return true;
    }

    public void Dispose()
    {
        if (_ring != null) _ = UringCalls.Unmap(_ring, _ringLength);
        if (_entries != null) _ = UringCalls.Unmap(_entries, _entriesLength);
        _ring = null;
        _entries = null;
        _descriptor.Dispose();
    }

    private static string Explain(int error) => error switch
    {
        Errno.NotImplemented => "the kernel has no io_uring, or a seccomp filter hides it",
        Errno.NotPermitted => "io_uring is forbidden here, by kernel.io_uring_disabled or a seccomp filter",
        Errno.Invalid => TooOld,
        _ => $"io_uring_setup failed, errno {error}",
    };

    private static UringRing? Map(FileDescriptor descriptor, in RingParameters parameters, out string refusal)
    {
        refusal = "";
        var ring = new UringRing(descriptor, parameters);
        if ((parameters.Features & NeededFeatures) != NeededFeatures) refusal = TooOld;
        else if (!ring.TryMap(parameters)) refusal = $"the memory of io_uring cannot be mapped, errno {Libc.LastError}";
        if (refusal.Length == 0) return ring;
        ring.Dispose();
        return null;
    }

    private bool TryMap(in RingParameters parameters)
    {
        void* ring = UringCalls.Map(null, _ringLength, ReadWrite, SharedPopulated, _descriptor.Number, UringFlags.SubmissionRingOffset);
        if ((nint)ring == -1) return false;
        _ring = (byte*)ring;
        void* entries = UringCalls.Map(null, _entriesLength, ReadWrite, SharedPopulated, _descriptor.Number, UringFlags.SubmissionEntriesOffset);
        if ((nint)entries == -1) return false;
        _entries = (SubmissionEntry*)entries;
        _submissionTail = (uint*)(_ring + parameters.SubmissionTail);
        _submissionFlags = (uint*)(_ring + parameters.SubmissionFlags);
        _completionHead = (uint*)(_ring + parameters.CompletionHead);
        _completionTail = (uint*)(_ring + parameters.CompletionTail);
        _completions = (CompletionEntry*)(_ring + parameters.Completions);
        var array = (uint*)(_ring + parameters.SubmissionArray);
        for (uint i = 0; i <= _submissionMask; i++) array[i] = i;    // requests are submitted in the order of their places, always
        return true;
    }

    /// <summary>An interruption or a lack of memory leaves requests pending; whoever calls looks at <see cref="Pending"/> or comes again.</summary>
    private int Enter(uint minComplete, uint flags, void* argument, nuint argumentLength)
    {
        Volatile.Write(ref *_submissionTail, _tail);
        int taken = Math.Max(0, UringCalls.Enter(_descriptor.Number, (uint)Pending, minComplete, flags, argument, argumentLength));
        _submitted = unchecked(_submitted + (uint)taken);
        return taken;
    }
}
