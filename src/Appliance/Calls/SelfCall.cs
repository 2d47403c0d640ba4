using System.Net;
using Codecs.Opus;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Events;
using Tandem.Media;
using Tandem.Media.Recording;
using Tandem.Storage;
using Tandem.Tts;

namespace Tandem.Calls;

/// <summary>
/// A call that the appliance makes to itself before its ports open, through a menu and a transfer, so that the first caller finds
/// code that has run. It has its own loopback ports and its own throw-away database: nothing of it is ever seen or logged.
/// </summary>
internal static partial class SelfCall
{
    private const string Callee = "1002";

    /// <summary>Makes the call; gives up without harm at <paramref name="limit"/>.</summary>
    public static async Task RunAsync(TandemOptions options, MediaPlane media, PromptLibrary prompts, TimeSpan limit, ILogger logger)
    {
        string folder = Directory.CreateTempSubdirectory("tandem-self-call-").FullName;
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await RunAsync(options.WithDataFolder(folder), media, prompts, patience.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException or System.Data.Common.DbException)
        {
            LogUnfinished(logger, problem);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(TandemOptions options, MediaPlane media, PromptLibrary prompts, CancellationToken limit)
    {
        if (OpusLibrary.IsAvailable) CallTones.Ringback.For(AudioCodec.Opus);    // the longest to encode, for every transfer of a browser
        TandemOptions own = options with
        {
            Database = options.Database with { Url = null },
            Recording = new RecordingOptions { Folder = Path.Combine(options.Data.Folder, "recordings") },
            Sip = new SipOptions
            {
                Addresses = [IPAddress.Loopback],
                UdpPort = 0,
                TcpPort = -1,
                TlsPort = -1,
                TrustedNetworks = [IPNetwork.Parse("127.0.0.0/8")],
            },
        };
        NullLoggerFactory silent = NullLoggerFactory.Instance;
        await using Database database = await Database.OpenAsync(own.Database, limit).ConfigureAwait(false);
        await FirstStart.FillAsync(database, own.Sip.Realm, DateTimeOffset.UtcNow, limit).ConfigureAwait(false);
        await database.WriteAsync(session => { MenuStore.Save(session, FirstStart.MainMenu with { Welcome = "" }, DateTimeOffset.UtcNow); return true; }, limit)
            .ConfigureAwait(false);
        var phones = new PhoneDirectory(database);
        await phones.ReloadAsync(limit).ConfigureAwait(false);
        await using var registrations = new RegistrationStore(database, "self", silent);
        await using CallLog callLog = CallLog.Start(database, new CallLogOptions { JournalFolder = own.Data.JournalFolder, Node = "self" }, silent);
        using var recorder = new Recorder(own.Recording, callLog.CallRecorded, silent);
        using var phone = new SelfCaller(media);
        var events = new EventHub();
        await using DefencePlane defence = await DefencePlane.StartAsync(own, database, phones, events, silent, limit).ConfigureAwait(false);
        using var calls = new CallPlane(own, phones, registrations, callLog, media, recorder, prompts, defence, events, silent);
        await calls.OpenAsync([Registered(phone.Address)]).ConfigureAwait(false);
        try
        {
            await phone.CallAsync(calls.Listening[0].Address, FirstStart.MenuNumber, '2', limit).ConfigureAwait(false);
        }
        finally
        {
            // Also a call that was given up gives its ports back.
            await calls.DrainAsync(TimeSpan.FromMilliseconds(200)).ConfigureAwait(false);
        }
    }

    private static StoredBinding Registered(IPEndPoint phone) => new(Callee, $"sip:{Callee}@{phone}", null, 0, 1, "self", 1,
        DateTimeOffset.UtcNow.AddMinutes(5), $"udp {phone}", null, null);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The warm-up call was not finished: the first call may be slower")]
    private static partial void LogUnfinished(ILogger logger, Exception problem);
}
