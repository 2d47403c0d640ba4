namespace Tandem.Net.Interop.Uring;

/// <summary>IORING_OP_*: the requests that we make.</summary>
internal static class UringOperations
{
    public const byte PollAdd = 6, SendMessage = 9, ReceiveMessage = 10, AsyncCancel = 14, Send = 26;

    public static ReadOnlySpan<byte> All => [PollAdd, SendMessage, ReceiveMessage, AsyncCancel, Send];
}

/// <summary>Flags of set-up, requests, answers and waiting, by the header's names in words.</summary>
internal static class UringFlags
{
    public const uint SetupCompletionSize = 1 << 3, SetupClamp = 1 << 4, SetupSubmitAll = 1 << 7, SetupCooperativeTaskRun = 1 << 8,
        SetupTaskRunFlag = 1 << 9, SetupSingleIssuer = 1 << 12, SetupDeferTaskRun = 1 << 13;

    public const uint FeatureSingleMap = 1 << 0, FeatureNoDrop = 1 << 1, FeatureExtendedArgument = 1 << 8, FeatureSkipCompletion = 1 << 11;

    public const byte FixedFile = 1 << 0, BufferSelect = 1 << 5, SkipCompletionOnSuccess = 1 << 6;

    public const ushort ReceiveMultishot = 1 << 1;

    public const uint PollMultishot = 1;

    public const uint CompletionBuffer = 1 << 0, CompletionMore = 1 << 1;

    /// <summary>In the submission ring: answers wait for an enter, because they overflowed or because the kernel has work left to do for them.</summary>
    public const uint CompletionsOverflown = 1 << 1, TaskRun = 1 << 2;

    public const uint EnterGetEvents = 1 << 0, EnterExtendedArgument = 1 << 3;

    public const uint RegisterSparse = 1 << 0;

    public const ushort OperationSupported = 1 << 0;

    public const long SubmissionRingOffset = 0, SubmissionEntriesOffset = 0x10000000;
}

/// <summary>IORING_REGISTER_*.</summary>
internal static class UringRegistrations
{
    public const uint FilesUpdate = 6, Probe = 8, Files2 = 13, BufferRing = 22, RemoveBufferRing = 23;
}
