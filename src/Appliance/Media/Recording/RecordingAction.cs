namespace Tandem.Media.Recording;

/// <summary>What can be asked of a call's recording.</summary>
public enum RecordingAction
{
    Start,
    Stop,
    Pause,
    Resume,
}
