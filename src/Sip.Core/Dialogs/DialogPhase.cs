namespace Sip.Core.Dialogs;

public enum DialogPhase : byte { Early, Confirmed, Terminated }
