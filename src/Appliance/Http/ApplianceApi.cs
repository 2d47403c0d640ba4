using Tandem.Http.Access;
using Tandem.Tts;

namespace Tandem.Http;

/// <summary>The appliance itself: its state, its voice, its configuration in memory.</summary>
public static class ApplianceApi
{
    public sealed record SayText(string Text, string Voice = "default", double Speed = 1.0);

    /// <param name="FilePath">The rendered WAV file, on the host of the appliance.</param>
    public sealed record SaidText(string FilePath, bool Cached, double Duration);

    /// <param name="Collect">Collect garbage first, so that the memory shown is what is in use.</param>
    public sealed record StatusQuery(bool Collect = false);

    public static readonly ApiOperation<StatusQuery, ApplianceStatus> Status = new("GET", "/status", (context, input, _) =>
    {
        if (input.Collect) GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return Task.FromResult(context.Status?.Invoke() ?? throw NotRunning(context));
    });

    public static readonly ApiOperation<Nothing, Nothing> Reload = new("POST", "/reload", async (context, _, cancellation) =>
    {
        await (context.Directory ?? throw NotRunning(context)).ReloadAsync(cancellation).ConfigureAwait(false);
        return Nothing.Value;
    })
    { Role = ApiRole.Operator };

    public static readonly ApiOperation<SayText, SaidText> Say = new("POST", "/say", async (context, input, cancellation) =>
    {
        try
        {
            SpeechFile file = await context.Speech().RenderFileAsync(input.Text, input.Voice, input.Speed, ct: cancellation).ConfigureAwait(false);
            return new SaidText(Path.GetFullPath(file.Path), file.Cached, file.Duration.TotalSeconds);
        }
        catch (SpeechException error)
        {
            throw new ApiException(400, error.Message, "To see what is wrong with speech: tandem check");
        }
    })
    { Role = ApiRole.Operator, IsChange = false };

    internal static ApiException NotRunning(ApiContext context) =>
        new(503, $"No appliance is running on the data folder {context.Options.Data.Folder}.", "To start one: tandem run");
}
