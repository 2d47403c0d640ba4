using Microsoft.Extensions.Logging;
using Tandem.Calls;
using Tandem.Media;
using Tandem.Storage;

namespace Tandem.Ivr;

/// <summary>Leads one caller through the menus: speak, listen, act, until the call is transferred or ends.</summary>
internal sealed partial class MenuFlow(CallServices services, Call call)
{
    private readonly CallLeg _caller = call.Caller;
    private readonly Transfer _transfer = new(services, call);
    private CancellationToken _listening = call.Caller.Ended;

    /// <summary>Runs until the call is over. Cancelled when the caller hangs up.</summary>
    public async Task RunAsync(string menuId)
    {
        string? menu = menuId;
        while (menu is not null)
        {
            using var listening = CancellationTokenSource.CreateLinkedTokenSource(_caller.Ended);
            (_listening, call.OnHanded) = (listening.Token, listening.Cancel);
            try
            {
                await LeadAsync(menu);
                return;
            }
            catch (OperationCanceledException) when (call.IsHanded)
            {
                Handover next = call.TakeHandover()!;
                next.Settle();
                menu = next.Menu;
                if (next.Answered is not { } answered) continue;
                call.Show(Call.Talking, next.Agent);
                await new Bridge(services, call).TalkAsync(answered);
            }
            finally
            {
                call.OnHanded = null;
            }
        }
    }

    private async Task LeadAsync(string menuId)
    {
        call.Show(Call.InMenu, agent: null);
        var (place, notice) = (menuId, (string?)null);
        int failures = 0;
        while (services.Directory.FindMenu(place) is { } menu)
        {
            (DigitOutcome outcome, string digits) = await _caller.CollectAsync(Say(notice, menu.Welcome), Rules(), _listening);
            MenuOption? option = outcome == DigitOutcome.NoInput ? null : menu.Options.FirstOrDefault(o => o.Digit == digits[0]);
            if (option is null)
            {
                notice = outcome == DigitOutcome.NoInput ? Announcements.NoInput : Announcements.Invalid;
                if (++failures < services.Ivr.Tries) continue;
                await HangUpAsync(notice, outcome == DigitOutcome.NoInput ? "no input" : "no valid choice");
                return;
            }
            failures = 0;
            MenuStep step = await ActAsync(option);
            if (step.Over) return;
            (place, notice) = (step.Menu ?? place, step.Notice);
        }
        Log.MenuMissing(services.Logger, call.Id, place);
        await HangUpAsync(Announcements.Fault, $"menu {place} does not exist");
    }

    private async Task<MenuStep> ActAsync(MenuOption option)
    {
        string value = option.ActionValue ?? "";
        switch (option.ActionType)
        {
            case MenuAction.Menu: return MenuStep.To(value);
            case MenuAction.Repeat: return MenuStep.Again(null);
            case MenuAction.Say:
                await _caller.PlayAsync(Say(value), _listening);
                return MenuStep.Again(null);
            case MenuAction.Play:
                await _caller.PlayAsync(services.Words.Play(value), _listening);
                return MenuStep.Again(null);
            case MenuAction.Transfer: return After(await _transfer.ToNumberAsync(value));
            case MenuAction.Agent: return After(await _transfer.ToAgentAsync(value));
            case MenuAction.Hangup:
                await HangUpAsync(value.Length > 0 ? value : null, "menu hung up");
                return MenuStep.Done;
            default:
                Log.UnknownAction(services.Logger, call.Id, option.ActionType);
                return MenuStep.Again(Announcements.Fault);
        }
    }

    /// <summary>A transfer that was answered is over when the talk is; one that failed goes back to the menu and says why.</summary>
    private static MenuStep After(string? failure) => failure is null ? MenuStep.Done : MenuStep.Again(failure);

    private async Task HangUpAsync(string? words, string reason)
    {
        await _caller.PlayAsync(Say(words, Announcements.Goodbye), _listening);
        call.End(CallStatus.Completed, reason);
        _caller.HangUp();
    }

    private IAsyncEnumerable<Prompt> Say(params string?[] texts) => services.Words.Say(_listening, texts);

    private DigitRules Rules() => new(1, 1, "", services.Ivr.FirstDigit, services.Ivr.InterDigit);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "call {CallId}: menu {Menu} does not exist; add it with `tandem menu add {Menu}`")]
        public static partial void MenuMissing(ILogger logger, Guid callId, string menu);

        [LoggerMessage(Level = LogLevel.Error, Message = "call {CallId}: a menu option has the unknown action {Action}")]
        public static partial void UnknownAction(ILogger logger, Guid callId, string action);
    }
}
